import type { ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

/** What is sent back for a call. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Written one by one: the events of a stream, or all of a body at once. */
  readonly chunks: readonly (string | Uint8Array)[]
  readonly isStream: boolean
  /** `reset` breaks the connection after the chunks; `hang` leaves it open. */
  readonly ending: 'end' | 'reset' | 'hang'
}

/** How fast a reply is sent, in milliseconds. */
export interface Pace {
  /** Before anything is sent. */
  readonly thinkMs: number
  /** After each chunk. */
  readonly chunkDelayMs: number
}

export interface ServerSentEvent {
  readonly event?: string
  readonly data: string
}

export function bodyReply(
  mediaType: string,
  body: string | Uint8Array,
  { status = 200, headers = {} }: Partial<Pick<Reply, 'status' | 'headers'>> = {},
): Reply {
  const length = String(Buffer.byteLength(body))
  return {
    status,
    headers: { 'content-type': mediaType, 'content-length': length, ...headers },
    chunks: [body],
    isStream: false,
    ending: 'end',
  }
}

export function jsonReply(
  body: unknown,
  options?: Partial<Pick<Reply, 'status' | 'headers'>>,
): Reply {
  return bodyReply('application/json', JSON.stringify(body), options)
}

export function streamReply(events: readonly ServerSentEvent[]): Reply {
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' },
    chunks: events.map(formatEvent),
    isStream: true,
    ending: 'end',
  }
}

export function formatEvent({ event, data }: ServerSentEvent): string {
  return `${event ? `event: ${event}\n` : ''}data: ${data}\n\n`
}

/** Sends a reply with the delays of a real one. */
export async function sendReply(response: ServerResponse, reply: Reply, pace: Pace): Promise<void> {
  const { status, headers, chunks, ending } = reply
  await pause(pace.thinkMs)
  if (chunks.length > 0) response.writeHead(status, headers)
  for (const chunk of chunks) {
    if (response.destroyed) return
    response.write(chunk)
    if (reply.isStream) await pause(pace.chunkDelayMs)
  }
  if (ending === 'end') response.end()
  if (ending === 'reset') response.socket?.resetAndDestroy()
}
