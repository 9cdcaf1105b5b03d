import { pieces } from '../wire-format.ts'
import { answersOf, FORECAST, type MadeAnswer, PIXEL, THOUGHT } from './made.ts'

const USAGE = {
  promptTokenCount: 31,
  candidatesTokenCount: 30,
  thoughtsTokenCount: 12,
  cachedContentTokenCount: 8,
  totalTokenCount: 73,
}

const GROUNDING = {
  webSearchQueries: ['weather in Oslo'],
  groundingChunks: [{ web: { uri: 'https://weather.example/oslo', title: 'Oslo' } }],
  groundingSupports: [
    { segment: { startIndex: 0, endIndex: 4, text: 'Oslo' }, groundingChunkIndices: [0] },
  ],
}

/** Answers of Gemini, by both of its APIs: thoughts, tools, grounding, images, blocked prompts, errors. */
export const GOOGLE: readonly MadeAnswer[] = [...contents(), ...interactions()]

function contents(): readonly MadeAnswer[] {
  const { stream, whole } = answersOf('google/src')
  const call = (city: string) => ({ functionCall: { name: 'weather', args: { city } } })
  const image = { inlineData: { mimeType: 'image/png', data: PIXEL } }
  const thought = { text: THOUGHT, thought: true, thoughtSignature: 'CiIBmade' }
  const answers: Readonly<Record<string, readonly object[]>> = {
    text: pieces(FORECAST).map((text) => ({ text })),
    thinking: [thought, { text: FORECAST }],
    tools: [{ ...call('Oslo'), thoughtSignature: 'CiICmade' }, call('Bergen')],
    image: [{ text: 'Here it is.' }, image],
    code: [
      { executableCode: { language: 'PYTHON', code: 'print(12 + 7)' } },
      { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '19\n' } },
      { text: 'The sum is 19.' },
    ],
  }
  return [
    ...Object.entries(answers).flatMap(([name, parts]) => [
      stream(`made-google-${name}`, [
        ...parts.map((part) => chunk([part])),
        chunk([{ text: '' }], { finishReason: 'STOP' }),
      ]),
      whole(`made-google-${name}`, chunk(parts, { finishReason: 'STOP' })),
    ]),
    stream('made-google-grounding', [
      chunk([{ text: FORECAST }]),
      chunk([{ text: '' }], { finishReason: 'STOP', groundingMetadata: GROUNDING }),
    ]),
    stream('made-google-safety', [chunk([{ text: 'I' }], { finishReason: 'SAFETY' })]),
    whole('made-google-error', {
      error: { code: 400, message: 'temperature is out of range', status: 'INVALID_ARGUMENT' },
    }),
  ]
}

function chunk(parts: readonly object[], fields: object = {}): object {
  return {
    candidates: [{ index: 0, content: { role: 'model', parts }, ...fields }],
    usageMetadata: USAGE,
    modelVersion: 'gemini-2.5-flash',
    responseId: 'made1',
  }
}

function interactions(): readonly MadeAnswer[] {
  const { stream } = answersOf('google/src/interactions')
  const event = (type: string, fields: object) => ({ event_type: type, ...fields })
  const interaction = { id: 'v1_made1', object: 'interaction', model: 'gemini-2.5-flash' }
  return [
    stream('made-google-interaction', [
      event('interaction.created', { interaction: { ...interaction, status: 'in_progress' } }),
      event('step.start', { index: 0, step: { type: 'thought' } }),
      event('step.delta', {
        index: 0,
        delta: { type: 'thought_signature', signature: 'CiIBmade' },
      }),
      event('step.stop', { index: 0 }),
      event('step.start', { index: 1, step: { type: 'model_output' } }),
      ...pieces(FORECAST).map((text) =>
        event('step.delta', { index: 1, delta: { type: 'text', text } }),
      ),
      event('step.stop', { index: 1 }),
      event('interaction.completed', {
        interaction: {
          ...interaction,
          status: 'completed',
          usage: {
            total_tokens: 73,
            total_input_tokens: 31,
            total_cached_tokens: 8,
            total_output_tokens: 30,
            total_thought_tokens: 12,
          },
        },
      }),
    ]),
  ]
}
