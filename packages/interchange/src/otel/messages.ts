import type { Encoded, Outcome } from '@retake/format'
import { isObject } from '../exchange/stored-value.ts'
import { textOf } from '../exchange/text-of.ts'
import { langchainAnswer, langchainStream } from './langchain-messages.ts'
import { type Message, type Part, type Stored, toMessage, toPart, toParts } from './message.ts'

/**
 * The messages of a recorded prompt, of an SDK or of a provider; `undefined` when there are none to be found.
 *
 * @see https://github.com/open-telemetry/semantic-conventions-genai
 */
export function inputMessages(request: Encoded | undefined): readonly Message[] | undefined {
  if (!isObject(request)) return undefined
  return [request.prompt, request.messages, request.input].find(isMessages)?.map(toMessage)
}

/** The messages of a recorded answer, whole or streamed; `undefined` when there are none to be found. */
export function outputMessages(outcome: Outcome | undefined): readonly Message[] | undefined {
  if (outcome?.stream) {
    const { parts } = outcome.stream
    return langchainStream(parts) ?? streamedMessage(parts)
  }
  const value = outcome?.value
  if (!isObject(value)) return undefined
  if (!Array.isArray(value.content)) return langchainAnswer(value)
  return [{ role: 'assistant', parts: toParts(value.content), ...finishOf(value.finishReason) }]
}

function streamedMessage(stream: readonly Encoded[]): readonly Message[] | undefined {
  const parts: Part[] = []
  let last: { readonly key: string; readonly part: { content: string } & Part } | undefined
  let finish: Pick<Message, 'finish_reason'> = {}
  for (const part of stream.filter(isObject)) {
    const delta = deltaOf(part)
    if (delta !== undefined) {
      if (last?.key !== delta.key) {
        last = { key: delta.key, part: { type: delta.type, content: '' } }
        parts.push(last.part)
      }
      last.part.content += delta.text
    } else if (part.type === 'tool-call') parts.push(toPart(part))
    else if (part.type === 'finish') finish = finishOf(part.finishReason)
  }
  const isFound = parts.length > 0 || finish.finish_reason !== undefined
  return isFound ? [{ role: 'assistant', parts, ...finish }] : undefined
}

function deltaOf({ type, id, delta, text }: Stored) {
  const kind = /^(?<kind>text|reasoning)-delta$/.exec(textOf(type))?.groups?.kind
  const piece = delta ?? text
  if (kind === undefined || typeof piece !== 'string') return undefined
  return { type: kind, key: `${kind} ${textOf(id)}`, text: piece }
}

function finishOf(reason: Encoded | undefined): Pick<Message, 'finish_reason'> {
  const text = isObject(reason) ? reason.unified : reason
  return typeof text === 'string' ? { finish_reason: text } : {}
}

function isMessages(value: Encoded | undefined): value is readonly Stored[] {
  if (!Array.isArray(value) || value.length === 0) return false
  return value.every((item: Encoded) => isObject(item) && typeof item.role === 'string')
}
