import { randomInt } from 'node:crypto'
import { estimateTokens } from '../prompt.ts'
import { jsonReply, type Reply } from '../reply.ts'

interface EmbeddingRequest {
  readonly model?: string
  readonly input?: string | readonly string[]
  readonly dimensions?: number
}

const PRECISION = 2 ** 40

/** OpenAI embeddings: a random vector for each input. */
export function replyWithEmbeddings(body: unknown): Reply {
  const { model = 'unknown', input = [], dimensions = 8 } = body as EmbeddingRequest
  const data = [input].flat().map((_, index) => ({
    object: 'embedding',
    index,
    embedding: Array.from({ length: dimensions }, randomCoordinate),
  }))
  const tokens = estimateTokens(input)
  const usage = { prompt_tokens: tokens, total_tokens: tokens }
  return jsonReply({ object: 'list', data, model, usage })
}

// Long fractions, so that a recording that loses digits is found out.
function randomCoordinate(): number {
  return randomInt(-PRECISION, PRECISION) / PRECISION
}
