import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server on the loopback interface that somebody else's API stands for. */
export interface Upstream {
  readonly url: string
  /** Requests that reached it. */
  readonly requests: number
  close(): Promise<void>
}

/** Answers a request, at once or later. */
export type Listener = (request: IncomingMessage, response: ServerResponse) => unknown

/** Starts a server that answers as `listener` says. */
export async function startUpstream(listener: Listener): Promise<Upstream> {
  let requests = 0
  const server = createServer((request, response) => {
    requests++
    void listener(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get requests() {
      return requests
    },
    close: () => closeServer(server),
  }
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return
  server.close()
  server.closeAllConnections()
  await once(server, 'close')
}
