import { createAdaptorServer } from '@hono/node-server'
import type { HttpServer } from '@retake/testing'
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

type Fetch = (request: Request, env?: unknown) => Response | Promise<Response>

/** Serves on 127.0.0.1, port 0, with @hono/node-server. */
export async function serve(fetch: Fetch): Promise<HttpServer> {
  const server = createAdaptorServer({ fetch }) as Server
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
