import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'
import type { Socket } from 'node:net'
import { guard } from './outgoing.ts'

interface ConnectParams {
  readonly protocol: string
  /** With the port. */
  readonly host: string
}

type Listener = (message: unknown) => void

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

  const listeners: readonly (readonly [string, Listener])[] = [
    [
      'undici:client:beforeConnect',
      (message) => {
        const { protocol, host } = (message as { connectParams: ConnectParams }).connectParams
        if (URL.canParse(`${protocol}//${host}`))
          refused = refusal(new URL(`${protocol}//${host}`).origin)
        forgetSoon()
      },
    ],
    [
      'net.client.socket',
      (message) => {
        const { socket } = message as { socket: Socket }
        const error = refused
        // This is told in the middle of connecting. What opens it comes a tick later, after this.
        if (error) process.nextTick(() => socket.destroy(error))
        refused = undefined
        latest = socket
        forgetSoon()
      },
    ],
    [
      'http.client.request.created',
      (message) => {
        const { request } = message as { request: ClientRequest }
        if (!request.destroyed || !latest || !isSocketOf(request, latest)) return
        const { protocol, host } = request
        latest.destroy(refusal(`${protocol}//${host}`))
      },
    ],
  ]
  const guarded = listeners.map(([name, listener]) => [name, guard(listener)] as const)
  for (const [name, listener] of guarded) subscribe(name, listener)
  return () => {
    for (const [name, listener] of guarded) unsubscribe(name, listener)
  }
}

function isSocketOf(request: ClientRequest, socket: Socket): boolean {
  const { agent } = request as { agent?: { sockets?: NodeJS.ReadOnlyDict<Socket[]> } }
  return Object.values(agent?.sockets ?? {}).some((sockets) => sockets?.includes(socket))
}
