import { answersOf, CREATED, type MadeAnswer, PIXEL } from './made.ts'

const { whole: image } = answersOf('openai/src/image')
const { whole: embedding } = answersOf('openai/src/embedding')

/** Answers of OpenAI to something else than a language model. */
export const SERVICES: readonly MadeAnswer[] = [
  image('openai-image', {
    created: CREATED,
    data: [{ b64_json: PIXEL }],
    output_format: 'png',
    size: '1024x1024',
    usage: { input_tokens: 12, output_tokens: 190, total_tokens: 202 },
  }),
  embedding('openai-embedding', {
    object: 'list',
    model: 'text-embedding-3-small',
    data: [0, 1].map((index) => ({
      object: 'embedding',
      index,
      embedding: [0.25, -0.5, index / 8],
    })),
    usage: { prompt_tokens: 8, total_tokens: 8 },
  }),
]
