import { pieces } from '../wire-format.ts'
import { answersOf, FORECAST, type MadeAnswer, THOUGHT } from './made.ts'

const USAGE = {
  inputTokens: 310,
  outputTokens: 42,
  totalTokens: 352,
  cacheReadInputTokens: 80,
  cacheWriteInputTokens: 40,
}

const TOOL = { toolUseId: 'tooluse_made1', name: 'weather' }

/** Answers of the Converse API of Amazon Bedrock: texts, reasoning, tools, errors in the stream, tokens of the cache. */
export const AMAZON_BEDROCK: readonly MadeAnswer[] = ofBedrock()

function ofBedrock(): readonly MadeAnswer[] {
  const { stream, whole } = answersOf('amazon-bedrock/src')
  const reasoning = {
    reasoningContent: { reasoningText: { text: THOUGHT, signature: 'EqQBmade' } },
  }
  const called = { toolUse: { ...TOOL, input: { city: 'Oslo' } } }
  return [
    stream('made-bedrock-text', [start(), ...text(0), ...end('end_turn')]),
    stream('made-bedrock-reasoning', [start(), ...thought(), ...text(1), ...end('end_turn')]),
    stream('made-bedrock-tools', [start(), ...text(0), ...tool(1), ...end('tool_use')]),
    stream('made-bedrock-throttled', [
      start(),
      ...text(0).slice(0, 2),
      { throttlingException: { message: 'Too many requests' } },
    ]),
    whole('made-bedrock-text', answer([reasoning, { text: FORECAST }], 'end_turn')),
    whole('made-bedrock-tools', answer([{ text: 'Let me see.' }, called], 'tool_use')),
  ]
}

function answer(content: readonly object[], stopReason: string): object {
  return {
    output: { message: { role: 'assistant', content } },
    stopReason,
    usage: USAGE,
    metrics: { latencyMs: 700 },
  }
}

function start(): object {
  return { messageStart: { role: 'assistant' } }
}

function end(stopReason: string): readonly object[] {
  return [
    { messageStop: { stopReason } },
    { metadata: { usage: USAGE, metrics: { latencyMs: 700 } } },
  ]
}

function delta(index: number, fields: object): object {
  return { contentBlockDelta: { contentBlockIndex: index, delta: fields } }
}

function stop(index: number): object {
  return { contentBlockStop: { contentBlockIndex: index } }
}

function text(index: number): readonly object[] {
  return [...pieces(FORECAST).map((piece) => delta(index, { text: piece })), stop(index)]
}

function thought(): readonly object[] {
  const thinks = (fields: object) => delta(0, { reasoningContent: fields })
  return [
    ...pieces(THOUGHT).map((piece) => thinks({ text: piece })),
    thinks({ signature: 'EqQBmade' }),
    stop(0),
  ]
}

function tool(index: number): readonly object[] {
  return [
    { contentBlockStart: { contentBlockIndex: index, start: { toolUse: TOOL } } },
    ...pieces('{"city":"Oslo"}').map((input) => delta(index, { toolUse: { input } })),
    stop(index),
  ]
}
