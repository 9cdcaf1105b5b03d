import type { Encoded, Outcome } from '@retake/core'
import { isObject } from '../exchange/stored-value.ts'
import { textOf } from '../exchange/text-of.ts'

/** A part of a message, by the conventions for GenAI. */
type Part = { readonly type: string } & Readonly<Record<string, Encoded | undefined>>

/** A message, by the conventions for GenAI. */
export interface Message {
  readonly role: string
  readonly parts: readonly Part[]
  readonly finish_reason?: string
}

type Stored = Readonly<Record<string, Encoded>>

/**
 * The messages of a recorded prompt, of an SDK or of a provider; `undefined` when there are none to be found.
 *
 * @see https://github.com/open-telemetry/semantic-conventions-genai
 */
export function inputMessages(request: Encoded | undefined): readonly Message[] | undefined {
  if (!isObject(request)) return undefined
  const list = [request.prompt, request.messages, request.input].find(isMessages)
  return list?.map(({ role, content }) => ({ role: textOf(role), parts: toParts(content) }))
}

/** The message of a recorded answer, whole or streamed; `undefined` when there is none to be found. */
export function outputMessages(outcome: Outcome | undefined): readonly Message[] | undefined {
  if (outcome?.stream) return streamedMessage(outcome.stream.parts)
  if (!isObject(outcome?.value) || !Array.isArray(outcome.value.content)) return undefined
  const { content, finishReason } = outcome.value
  return [{ role: 'assistant', parts: toParts(content), ...finishOf(finishReason) }]
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

function toParts(content: Encoded | undefined): readonly Part[] {
  if (typeof content === 'string') return [{ type: 'text', content }]
  if (!Array.isArray(content)) return []
  return (content as readonly Encoded[]).map((part) =>
    isObject(part) ? toPart(part) : { type: 'text', content: textOf(part) },
  )
}

function toPart(part: Stored): Part {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return { type: part.type, content: part.text ?? '' }
    case 'tool-call':
      return {
        type: 'tool_call',
        id: part.toolCallId,
        name: part.toolName,
        arguments: parsed(part.input ?? part.args),
      }
    case 'tool-result':
      return {
        type: 'tool_call_response',
        id: part.toolCallId,
        response: part.output ?? part.result,
      }
    default:
      return { ...part, type: typeof part.type === 'string' ? part.type : 'unknown' }
  }
}

function parsed(input: Encoded | undefined): Encoded | undefined {
  if (typeof input !== 'string') return input
  try {
    return JSON.parse(input) as Encoded
  } catch {
    return input
  }
}

function finishOf(reason: Encoded | undefined): Pick<Message, 'finish_reason'> {
  const text = isObject(reason) ? reason.unified : reason
  return typeof text === 'string' ? { finish_reason: text } : {}
}

function isMessages(value: Encoded | undefined): value is readonly Stored[] {
  if (!Array.isArray(value) || value.length === 0) return false
  return value.every((item: Encoded) => isObject(item) && typeof item.role === 'string')
}
