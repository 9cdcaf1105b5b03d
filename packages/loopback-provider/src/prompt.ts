import type { JsonSchema } from './schema.ts'

/** What of a request decides its answer, whatever the wire format. */
export interface Prompt {
  readonly model: string
  readonly isStream: boolean
  /** Text of the user's last message. */
  readonly question: string
  readonly tools: readonly ToolDefinition[]
  /** Most calls in one answer: none, one, or two in parallel. */
  readonly maxToolCalls: number
  /** An answer without a tool call is not allowed. */
  readonly mustCallTools: boolean
  /** What tools returned since the user's last message, as text. */
  readonly toolResults: readonly string[]
  /** The answer has to be JSON of this form. */
  readonly schema?: JsonSchema
  readonly wantsReasoning: boolean
  /** Length of the request in tokens, roughly. */
  readonly inputTokens: number
}

/** A function that the model may ask for. */
export interface ToolDefinition {
  readonly name: string
  readonly schema: JsonSchema
}

/** Text of a message's content: a string, or a list of parts of which some are text. */
export function contentText(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map(({ text = '' }: { readonly text?: string }) => text).join('')
}

/** What comes after the last item that passes: the turn that is still open. */
export function afterLast<T>(items: readonly T[], isLast: (item: T) => boolean): readonly T[] {
  return items.slice(items.findLastIndex(isLast) + 1)
}

/** About four characters a token. */
export function estimateTokens(body: unknown): number {
  return Math.ceil(JSON.stringify(body).length / 4)
}
