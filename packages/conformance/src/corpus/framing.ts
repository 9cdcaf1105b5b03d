import type { SentResponse } from '@retake/loopback-provider'
import { frameEvent } from './event-stream.ts'

/** How a provider puts the payloads of a stream on the wire. */
export type Framing = 'data' | 'named' | 'amazon'

// A prime, so that the cuts fall within events, lines and characters.
const CUT_BYTES = 997

const FRAMES: Readonly<Record<Framing, (payload: string) => Uint8Array>> = {
  data: (payload) => Buffer.from(`data: ${payload}\n\n`),
  named: (payload) => Buffer.from(`event: ${typeOf(payload)}\ndata: ${payload}\n\n`),
  amazon: frameAmazon,
}

/** The bytes that a provider sends for a stream, cut where nobody expects it. */
export function frameStream(payloads: readonly string[], framing: Framing): SentResponse {
  const frames = payloads.map(FRAMES[framing])
  if (framing === 'data') frames.push(Buffer.from('data: [DONE]\n\n'))
  const mediaType =
    framing === 'amazon' ? 'application/vnd.amazon.eventstream' : 'text/event-stream'
  return { mediaType, chunks: [...cut(Buffer.concat(frames), CUT_BYTES)] }
}

/** The bytes that a provider sends for a whole answer. */
export function frameBody(body: unknown, status: number): SentResponse {
  if (isText(body)) return { mediaType: 'text/plain', chunks: [body.body] }
  return { mediaType: 'application/json', chunks: [JSON.stringify(body)], status }
}

// An answer that is no JSON is kept with its headers around it.
function isText(body: unknown): body is { readonly body: string } {
  return typeof body === 'object' && body !== null && 'headers' in body && 'body' in body
}

// Amazon names the event outside of its payload.
function frameAmazon(payload: string): Uint8Array {
  const [[type, event] = ['unknown', {}]] = Object.entries(JSON.parse(payload) as object)
  return frameEvent(type, JSON.stringify(event))
}

// Not parsed, since one of the recorded payloads is no JSON.
function typeOf(payload: string): string {
  return /"(?:event_)?type":\s*"([^"]+)"/.exec(payload)?.[1] ?? 'message'
}

function* cut(bytes: Buffer, size: number): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
}
