import type { ClientRequest } from 'node:http'
import type { Socket } from 'node:net'
import { listen } from './channels.ts'

interface ConnectParams {
  readonly protocol: string
  /** With the port. */
  readonly host: string
}

/**
 * Closes the connections of requests that were refused before they open: to greet a server by TLS is to send bytes.
 *
 * undici connects right after it has told of a request, `node:http` right before. Call it after what refuses requests.
 *
 * @param refusal why nothing may be sent to an origin by the running code.
 * @returns a function that ends it.
 */
export function stopConnections(refusal: (origin: string) => Error | undefined): () => void {
  let refused: Error | undefined
  let latest: Socket | undefined

  // Only what follows without a pause belongs together.
  function forgetSoon(): void {
    queueMicrotask(() => {
      refused = latest = undefined
    })
  }

  return listen({
    'undici:client:beforeConnect': (message) => {
      const { protocol, host } = (message as { connectParams: ConnectParams }).connectParams
      if (URL.canParse(`${protocol}//${host}`))
        refused = refusal(new URL(`${protocol}//${host}`).origin)
      forgetSoon()
    },
    'net.client.socket': (message) => {
      const { socket } = message as { socket: Socket }
      const error = refused
      // This is told in the middle of connecting. What opens it comes a tick later, after this.
      if (error) process.nextTick(() => socket.destroy(error))
      refused = undefined
      latest = socket
      forgetSoon()
    },
    'http.client.request.created': (message) => {
      const { request } = message as { request: ClientRequest }
      if (!request.destroyed || !latest || !isSocketOf(request, latest)) return
      const { protocol, host } = request
      latest.destroy(refusal(`${protocol}//${host}`))
    },
  })
}

function isSocketOf(request: ClientRequest, socket: Socket): boolean {
  const { agent } = request as { agent?: { sockets?: NodeJS.ReadOnlyDict<Socket[]> } }
  return Object.values(agent?.sockets ?? {}).some((sockets) => sockets?.includes(socket))
}
