import type { Answer } from './answer.ts'
import type { Fault } from './fault.ts'
import type { Prompt } from './prompt.ts'
import type { ServerSentEvent } from './reply.ts'

/** How one API puts prompts and answers on the wire. */
export interface WireFormat {
  readPrompt(body: unknown): Prompt
  /** An answer at once. */
  writeWhole(answer: Answer, prompt: Prompt): object
  /** An answer as it is made, in small pieces. */
  writeEvents(answer: Answer, prompt: Prompt): readonly ServerSentEvent[]
  /** Puts the payloads of recorded events back on the wire. */
  frame(payloads: readonly string[]): readonly ServerSentEvent[]
  writeFault(fault: Fault): object
  /** A fault that comes up in the middle of a stream. */
  writeFaultEvent(fault: Fault): ServerSentEvent
  statusOf(fault: Fault): number
  /** Such headers as the real one sends: ids and cookies, new ones each time. */
  headers(): Readonly<Record<string, string>>
}

/** Cuts a text into the pieces of a stream. A piece may end within a word, never within a character. */
export function pieces(text: string): readonly string[] {
  return text.match(/.{1,6}/gsu) ?? []
}

/** Payload of an event that says of which type it is. */
export interface Payload {
  readonly type: string
  readonly [field: string]: unknown
}

/** An event that is named after the type of its payload. */
export function namedEvent(payload: Payload): ServerSentEvent {
  return { event: payload.type, data: JSON.stringify(payload) }
}

/** The same, for payloads that are text already. */
export function nameEvents(payloads: readonly string[]): readonly ServerSentEvent[] {
  return payloads.map((data) => ({ event: (JSON.parse(data) as Payload).type, data }))
}
