import type { Encoded } from '@retake/format'
import { isObject } from '../exchange/stored-value.ts'
import { textOf } from '../exchange/text-of.ts'

/** A part of a message, by the conventions for GenAI. */
export type Part = { readonly type: string } & Readonly<Record<string, Encoded | undefined>>

/** A message, by the conventions for GenAI. */
export interface Message {
  readonly role: string
  readonly parts: readonly Part[]
  readonly finish_reason?: string
}

/** An object of a stored value. */
export type Stored = Readonly<Record<string, Encoded>>

/** A message of a prompt: its content, its calls of tools, or what a tool has answered. */
export function toMessage({
  role,
  content,
  tool_calls: calls,
  tool_call_id: answered,
}: Stored): Message {
  const parts = toParts(content)
  if (typeof answered === 'string') {
    const response = typeof content === 'string' ? content : parts.map(({ content: text }) => text)
    const answer = { type: 'tool_call_response', id: answered, response: response as Encoded }
    return { role: textOf(role), parts: [answer] }
  }
  return { role: textOf(role), parts: [...parts, ...toCalls(calls)] }
}

/** The parts of a content, which may be a text. */
export function toParts(content: Encoded | undefined): readonly Part[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', content }]
  if (!Array.isArray(content)) return []
  return (content as readonly Encoded[]).map((part) =>
    isObject(part) ? toPart(part) : { type: 'text', content: textOf(part) },
  )
}

/** A part of a content, of the AI SDK or of a provider. */
export function toPart(part: Stored): Part {
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

/** Calls of tools as LangChain, and as OpenAI, list them beside a content. */
export function toCalls(calls: Encoded | undefined): readonly Part[] {
  if (!Array.isArray(calls)) return []
  return (calls as readonly Encoded[]).filter(isObject).map((call) => {
    const { name, args, arguments: input } = isObject(call.function) ? call.function : call
    return { type: 'tool_call', id: call.id, name, arguments: parsed(args ?? input) }
  })
}

function parsed(input: Encoded | undefined): Encoded | undefined {
  if (typeof input !== 'string') return input
  try {
    return JSON.parse(input) as Encoded
  } catch {
    return input
  }
}
