import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Answers one request. */
export type FetchHandler = (request: Request) => Response | Promise<Response>

/**
 * What a request can be sent to: the base URL of a server of this process, a server of `node:http`, an Express app or
 * another listener of Node, an app with a `fetch` such as Hono's, or a function that answers a `Request`.
 */
export type ResendTarget =
  | string
  | URL
  | Server
  | RequestListener
  | { readonly fetch: (request: Request) => Response | Promise<Response> }
  | FetchHandler

/** An app that takes requests. */
export interface ServedApp {
  /** What its paths are relative to. */
  readonly origin: string
  send(request: Request): Promise<Response>
  close(): Promise<void>
}

const LOCAL = '127.0.0.1'

/** Serves an app: one of Node on a free port of the loopback interface, until it is closed. */
export async function serveApp(app: ResendTarget): Promise<ServedApp> {
  // Not by class: a test may run in a context of node:vm, which has a URL of its own.
  if (typeof app === 'string' || 'href' in app) return remote(String(app))
  if (typeof app === 'object' && 'listening' in app)
    return app.listening ? remote(originOf(app)) : listen(app)
  // An Express app is a function of three arguments, a listener of Node one of two.
  if (typeof app === 'function' && app.length >= 2) {
    return listen(createServer(app as RequestListener))
  }
  const handle =
    typeof app === 'function' ? (app as FetchHandler) : (request: Request) => app.fetch(request)
  return {
    origin: 'http://localhost',
    send: async (request) => handle(request),
    close: async () => {},
  }
}

function remote(origin: string): ServedApp {
  return { origin, send: (request) => fetch(request), close: async () => {} }
}

async function listen(server: Server): Promise<ServedApp> {
  server.listen(0, LOCAL)
  await once(server, 'listening')
  return {
    ...remote(originOf(server)),
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function originOf(server: Server): string {
  return `http://${LOCAL}:${(server.address() as AddressInfo).port}`
}
