/** What a model is asked. */
export type Request = Readonly<Record<string, unknown>>

const WEATHER_SCHEMA = {
  type: 'object',
  properties: {
    city: { type: 'string', description: 'Name of the city' },
    days: { type: 'integer', minimum: 1 },
  },
  required: ['city'],
  additionalProperties: false,
} as const

const SYSTEM = { role: 'system', content: 'You are a forecaster. Be brief.' } as const
const QUESTION = {
  role: 'user',
  content: [{ type: 'text', text: 'Will it rain in Oslo tomorrow?' }],
} as const

/** A first question and nothing else, for models that take no more. */
export const PLAIN: Request = { prompt: [QUESTION], temperature: 0.2, maxOutputTokens: 400 }

/** A turn of an agent, with all that models of language take. */
export const RICH: Request = {
  prompt: [
    SYSTEM,
    QUESTION,
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'Let me see.' },
        {
          type: 'tool-call',
          toolCallId: 'call_1',
          toolName: 'weather',
          input: { city: 'Oslo', days: 2 },
        },
      ],
    },
    {
      role: 'tool',
      content: [
        {
          type: 'tool-result',
          toolCallId: 'call_1',
          toolName: 'weather',
          output: { type: 'json', value: { sky: 'clear', degrees: 7.5 } },
        },
      ],
    },
    { role: 'user', content: [{ type: 'text', text: 'And the day after?' }] },
  ],
  tools: [
    {
      type: 'function',
      name: 'weather',
      description: 'The weather of a city',
      inputSchema: WEATHER_SCHEMA,
    },
  ],
  toolChoice: { type: 'auto' },
  temperature: 0.2,
  topP: 0.9,
  maxOutputTokens: 400,
  stopSequences: ['END'],
  seed: 7,
  providerOptions: { acme: { user: 'ann' } },
}

/** The same, with an answer in a form of its own. */
export const STRUCTURED: Request = {
  ...RICH,
  responseFormat: { type: 'json', name: 'forecast', schema: WEATHER_SCHEMA },
}

export const EMBEDDING: Request = { values: ['a whale', 'a dolphin'] }

export const RERANKING: Request = {
  query: 'Which of them swims?',
  documents: { type: 'text', values: ['a whale', 'an eagle', 'a horse'] },
  topN: 2,
}

export const IMAGE: Request = {
  prompt: 'A whale in the rain',
  n: 1,
  size: '1024x1024',
  providerOptions: {},
}

export const AUDIO: Request = {
  audio: new Uint8Array([82, 73, 70, 70]),
  mediaType: 'audio/wav',
  providerOptions: {},
}
