import type { Answer } from '../answer.ts'
import { randomId } from '../random.ts'
import { pieces, type Payload } from '../wire-format.ts'

/** A part of a message's content. */
export type ContentBlock =
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'tool_use'
      readonly id: string
      readonly name: string
      readonly input: unknown
    }

export function writeBlocks({ reasoning, text, toolCalls }: Answer): readonly ContentBlock[] {
  return [
    ...(reasoning
      ? [{ type: 'thinking', thinking: reasoning, signature: randomId('Eq') } as const]
      : []),
    ...(text ? [{ type: 'text', text } as const] : []),
    ...toolCalls.map(
      ({ id, name, input }) =>
        ({
          type: 'tool_use',
          id: `toolu_${id}`,
          name,
          input: JSON.parse(input) as unknown,
        }) as const,
    ),
  ]
}

/** The events in which a block arrives. */
export function blockEvents(block: ContentBlock, index: number): readonly Payload[] {
  return [
    { type: 'content_block_start', index, content_block: opened(block) },
    ...deltas(block).map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ]
}

function opened(block: ContentBlock): ContentBlock {
  if (block.type === 'thinking') return { ...block, thinking: '', signature: '' }
  return block.type === 'text' ? { ...block, text: '' } : { ...block, input: {} }
}

function deltas(block: ContentBlock): readonly Payload[] {
  if (block.type === 'text') return pieces(block.text).map((text) => delta('text_delta', { text }))
  if (block.type === 'thinking') return thinkingDeltas(block.thinking, block.signature)
  const json = ['', ...pieces(JSON.stringify(block.input))]
  return json.map((piece) => delta('input_json_delta', { partial_json: piece }))
}

function thinkingDeltas(text: string, signature: string): readonly Payload[] {
  const thoughts = pieces(text).map((thinking) => delta('thinking_delta', { thinking }))
  return [...thoughts, delta('signature_delta', { signature })]
}

function delta(type: string, fields: object): Payload {
  return { type, ...fields }
}
