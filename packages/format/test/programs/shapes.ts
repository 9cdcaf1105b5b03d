import type { Encoded } from '../../src/event.ts'

/** What a program says besides its question. */
export interface Setting {
  readonly system: string
  /** Written around each question. */
  readonly template: (question: string) => string
  readonly model: string
  readonly temperature: number
  readonly toolDescription: string
  /** A document that all questions are about. */
  readonly document: string
}

/** A request as an SDK or an adapter makes it, or the arguments of a tool. */
export type Shape = (setting: Setting, question: string) => Encoded

const tool = ({ toolDescription }: Setting) => ({
  name: 'lookup',
  description: toolDescription,
  parameters: { type: 'object', properties: { query: { type: 'string' } } },
})

const packed = (name: string, content: string) => ({
  $lc: name,
  fields: { content, additional_kwargs: {}, response_metadata: {} },
  kwargs: ['content'],
  rest: {},
})

const chat = ({ system, model, temperature }: Setting, user: string) => ({
  model,
  temperature,
  messages: [
    { role: 'system', content: system },
    { role: 'user', content: user },
  ],
})

/** One question each. */
export const SHAPES: Readonly<Record<string, Shape>> = {
  openai: (setting, question) => ({
    ...chat(setting, setting.template(question)),
    tools: [{ type: 'function', function: tool(setting) }],
  }),
  responses: (setting, question) => ({
    model: setting.model,
    instructions: setting.system,
    input: setting.template(question),
    text: { format: { type: 'text' } },
  }),
  anthropic: (setting, question) => ({
    model: setting.model,
    max_tokens: 1024,
    system: [{ type: 'text', text: setting.system }],
    tools: [tool(setting)],
    messages: [{ role: 'user', content: [{ type: 'text', text: setting.template(question) }] }],
  }),
  gemini: (setting, question) => ({
    systemInstruction: { parts: [{ text: setting.system }] },
    generationConfig: { temperature: setting.temperature },
    contents: [{ role: 'user', parts: [{ text: setting.template(question) }] }],
  }),
  'ai-sdk': (setting, question) => ({
    method: 'doGenerate',
    temperature: setting.temperature,
    tools: [{ type: 'function', ...tool(setting) }],
    prompt: [
      { role: 'system', content: setting.system },
      { role: 'user', content: [{ type: 'text', text: setting.template(question) }] },
    ],
  }),
  langchain: (setting, question) => ({
    type: 'openai',
    input: [
      packed('SystemMessage', setting.system),
      packed('HumanMessage', setting.template(question)),
    ],
    parameters: { model: setting.model, temperature: setting.temperature, tools: [tool(setting)] },
  }),
  fetch: (setting, question) => ({
    method: 'POST',
    url: 'https://api.example.com/v1/chat/completions',
    body: chat(setting, setting.template(question)),
  }),
  document: (setting, question) =>
    chat(setting, `${setting.document}\n\nQuestion: ${setting.template(question)}`),
  prompt: ({ model, temperature, template }, question) => ({
    model,
    temperature,
    prompt: template(question),
  }),
  text: ({ template }, question) => template(question),
}

/** Calls of tools: what is asked is all there is. */
export const TOOLS: Readonly<Record<string, Shape>> = {
  search: (_setting, question) => ({ query: question, limit: 10, filter: { lang: 'en' } }),
  json: (_setting, question) => JSON.stringify({ title: 'report', body: { text: question } }),
  list: (_setting, question) => [question, { verbose: true }],
}
