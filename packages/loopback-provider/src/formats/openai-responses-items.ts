import type { Answer, ToolCall } from '../answer.ts'
import { randomId } from '../random.ts'
import { pieces, type Payload } from '../wire-format.ts'

/** A part of the output: reasoning, a message, or a call of a function. */
export type OutputItem = ReasoningItem | MessageItem | FunctionCallItem

interface ReasoningItem {
  readonly type: 'reasoning'
  readonly id: string
  readonly summary: readonly [{ readonly type: 'summary_text'; readonly text: string }]
  readonly encrypted_content: string
}

interface MessageItem {
  readonly type: 'message'
  readonly id: string
  readonly status: 'completed'
  readonly role: 'assistant'
  readonly content: readonly [OutputText]
}

interface OutputText {
  readonly type: 'output_text'
  readonly text: string
  readonly annotations: readonly []
  readonly logprobs: readonly []
}

interface FunctionCallItem {
  readonly type: 'function_call'
  readonly id: string
  readonly call_id: string
  readonly status: 'completed'
  readonly name: string
  readonly arguments: string
}

export function writeItems({ reasoning, text, toolCalls }: Answer): readonly OutputItem[] {
  return [
    ...(reasoning ? [reasoningItem(reasoning)] : []),
    ...(text ? [messageItem(text)] : []),
    ...toolCalls.map(functionCallItem),
  ]
}

/** The events in which an item arrives, without their sequence numbers. */
export function itemEvents(item: OutputItem, index: number): readonly Payload[] {
  const place = { item_id: item.id, output_index: index }
  return [
    { type: 'response.output_item.added', output_index: index, item: opened(item) },
    ...contentEvents(item).map((payload) => ({ ...payload, ...place })),
    { type: 'response.output_item.done', output_index: index, item },
  ]
}

function reasoningItem(text: string): ReasoningItem {
  const summary = [{ type: 'summary_text', text }] as const
  return { type: 'reasoning', id: randomId('rs_'), summary, encrypted_content: randomId('gAAAA') }
}

function messageItem(text: string): MessageItem {
  const content = [{ type: 'output_text', text, annotations: [], logprobs: [] }] as const
  return { type: 'message', id: randomId('msg_'), status: 'completed', role: 'assistant', content }
}

function functionCallItem({ id, name, input }: ToolCall): FunctionCallItem {
  return {
    type: 'function_call',
    id: randomId('fc_'),
    call_id: `call_${id}`,
    status: 'completed',
    name,
    arguments: input,
  }
}

function opened(item: OutputItem): object {
  if (item.type === 'reasoning') return { ...item, summary: [] }
  if (item.type === 'message') return { ...item, status: 'in_progress', content: [] }
  return { ...item, status: 'in_progress', arguments: '' }
}

function contentEvents(item: OutputItem): readonly Payload[] {
  if (item.type === 'reasoning') return reasoningEvents(item)
  return item.type === 'message' ? textEvents(item) : argumentEvents(item)
}

function reasoningEvents({ summary: [part] }: ReasoningItem): readonly Payload[] {
  const event = (name: string, fields: object) => ({
    type: `response.reasoning_summary_${name}`,
    summary_index: 0,
    ...fields,
  })
  return [
    event('part.added', { part: { ...part, text: '' } }),
    ...pieces(part.text).map((delta) => event('text.delta', { delta })),
    event('text.done', { text: part.text }),
    event('part.done', { part }),
  ]
}

function textEvents({ content: [part] }: MessageItem): readonly Payload[] {
  const event = (name: string, fields: object) => ({
    type: `response.${name}`,
    content_index: 0,
    ...fields,
  })
  return [
    event('content_part.added', { part: { ...part, text: '' } }),
    ...pieces(part.text).map((delta) => event('output_text.delta', { delta, logprobs: [] })),
    event('output_text.done', { text: part.text, logprobs: [] }),
    event('content_part.done', { part }),
  ]
}

function argumentEvents({ arguments: text, name }: FunctionCallItem): readonly Payload[] {
  const event = (step: string, fields: object) => ({
    type: `response.function_call_arguments.${step}`,
    ...fields,
  })
  return [
    ...pieces(text).map((delta) => event('delta', { delta })),
    event('done', { name, arguments: text }),
  ]
}
