import { CHUNK_MARK } from '../shared/delivered.mjs'
import { prose } from '../shared/prose.mjs'

export const CHUNKS = 200
const PROMPT_CHARS = 1024
export const ANSWER_CHARS = 2048

/** As many requests as are asked for, and a model that answers each of them at once. */
export function createModel(calls) {
  const seeds = Array.from({ length: calls }, (_, seed) => seed)
  const answers = seeds.map((seed) => prose(seed + calls, ANSWER_CHARS))
  const pieces = answers.map(cut)
  let asked = 0
  return {
    requests: seeds.map((seed) => ({
      model: 'fake-1',
      temperature: 0,
      messages: [{ role: 'user', content: prose(seed, PROMPT_CHARS) }],
    })),
    async call(_request) {
      return {
        role: 'assistant',
        content: answers[asked++ % calls],
        finishReason: 'stop',
        usage: { inputTokens: 250, outputTokens: 500 },
      }
    },
    async *stream(_request) {
      for (const delta of pieces[asked++ % calls]) yield { type: CHUNK_MARK, id: '0', delta }
    },
  }
}

function cut(text) {
  const at = (chunk) => Math.round((chunk * text.length) / CHUNKS)
  return Array.from({ length: CHUNKS }, (_, chunk) => text.slice(at(chunk), at(chunk + 1)))
}
