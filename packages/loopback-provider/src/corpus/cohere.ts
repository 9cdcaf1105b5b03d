import { pieces } from '../wire-format.ts'
import { answersOf, FORECAST, type MadeAnswer, THOUGHT } from './made.ts'

const USAGE = {
  billed_units: { input_tokens: 31, output_tokens: 42 },
  tokens: { input_tokens: 310, output_tokens: 42 },
  cached_tokens: 8,
}

const CITATION = {
  start: 0,
  end: 4,
  text: 'Oslo',
  type: 'TEXT_CONTENT',
  sources: [
    { type: 'document', id: 'doc:0', document: { id: 'doc:0', text: 'Rain.', title: 'Oslo' } },
  ],
}

const CALL = {
  id: 'weather_made1',
  type: 'function',
  function: { name: 'weather', arguments: '{"city":"Oslo"}' },
}

/** Answers of Cohere: texts, plans and tools, citations, ranks, errors. */
export const COHERE: readonly MadeAnswer[] = ofCohere()

function ofCohere(): readonly MadeAnswer[] {
  const { stream, whole } = answersOf('cohere/src')
  const thinking = { type: 'thinking', thinking: THOUGHT }
  return [
    stream('made-cohere-text', [start(), ...text(), end('COMPLETE')]),
    stream('made-cohere-thinking', [start(), ...thought(), ...text(1), end('COMPLETE')]),
    stream('made-cohere-citations', [start(), ...text(), ...cited(), end('COMPLETE')]),
    stream('made-cohere-tools', [start(), ...called(), end('TOOL_CALL')]),
    whole('made-cohere-text', answer({ content: [thinking, { type: 'text', text: FORECAST }] })),
    whole('made-cohere-tools', answer({ tool_plan: THOUGHT, tool_calls: [CALL] }, 'TOOL_CALL')),
    whole('cohere-reranking.1', {
      id: 'made1',
      results: [
        { index: 0, relevance_score: 0.9 },
        { index: 2, relevance_score: 0.2 },
      ],
      meta: { api_version: { version: '2' }, billed_units: { search_units: 1 } },
    }),
  ]
}

function answer(message: object, reason = 'COMPLETE'): object {
  const told = { role: 'assistant', ...message }
  return { id: 'made1', message: told, finish_reason: reason, usage: USAGE }
}

function start(): object {
  const message = { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] }
  return { id: 'made1', type: 'message-start', delta: { message } }
}

function end(reason: string): object {
  return { type: 'message-end', delta: { finish_reason: reason, usage: USAGE } }
}

function text(index = 0): readonly object[] {
  return content(index, 'text', FORECAST)
}

function thought(): readonly object[] {
  return content(0, 'thinking', THOUGHT)
}

function content(index: number, kind: 'text' | 'thinking', value: string): readonly object[] {
  const event = (step: string, fields: object) => ({
    type: `content-${step}`,
    index,
    delta: { message: { content: fields } },
  })
  return [
    event('start', { type: kind, [kind]: '' }),
    ...pieces(value).map((piece) => event('delta', { [kind]: piece })),
    { type: 'content-end', index },
  ]
}

function cited(): readonly object[] {
  return [
    { type: 'citation-start', index: 0, delta: { message: { citations: CITATION } } },
    { type: 'citation-end', index: 0 },
  ]
}

function called(): readonly object[] {
  const event = (type: string, tools: object) => ({
    type,
    index: 0,
    delta: { message: { tool_calls: tools } },
  })
  const { name, arguments: input } = CALL.function
  return [
    ...pieces(THOUGHT).map((piece) => ({
      type: 'tool-plan-delta',
      delta: { message: { tool_plan: piece } },
    })),
    event('tool-call-start', { ...CALL, function: { name, arguments: '' } }),
    ...pieces(input).map((piece) => event('tool-call-delta', { function: { arguments: piece } })),
    { type: 'tool-call-end', index: 0 },
  ]
}
