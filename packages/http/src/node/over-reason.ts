import type { OverReason } from '@retake/core/adapter'

/** What Node's response tells of its end. */
export interface ClosedResponse {
  readonly writableFinished: boolean
  readonly errored: unknown
}

/** What the connection beneath it tells. */
export interface ConnectionState {
  readonly readableEnded: boolean
  readonly errored: unknown
}

/**
 * How a response of Node came to its end, once it has closed.
 *
 * A client that goes ends its side of the connection or resets it. A connection that broke without
 * either was broken by the server: frameworks do so when a handler fails amid its response.
 *
 * @see docs/decisions/0010-how-a-request-ended.md
 */
export function resolveOverReason(
  response: ClosedResponse,
  connection: ConnectionState,
): OverReason {
  if (response.writableFinished) return 'finished'
  const isClientGone =
    response.errored === null && (connection.readableEnded || connection.errored !== null)
  return isClientGone ? 'client_closed' : 'error'
}
