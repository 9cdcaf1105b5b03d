import { randomId, randomNumber } from '../random.ts'
import { jsonReply, type Reply } from '../reply.ts'

interface RerankRequest {
  readonly model?: string
  readonly documents?: readonly unknown[]
  readonly top_n?: number
}

/**
 * Cohere rerank, which compatible servers speak as well: the documents in a random order.
 *
 * @see https://docs.cohere.com/reference/rerank
 */
export function replyWithRanking(body: unknown): Reply {
  const { documents = [], top_n: count = documents.length } = body as RerankRequest
  const results = documents
    .map((_, index) => ({ index, relevance_score: randomNumber(0, 999_999) / 1_000_000 }))
    .sort((left, right) => right.relevance_score - left.relevance_score)
    .slice(0, count)
  const meta = { api_version: { version: '2' }, billed_units: { search_units: 1 } }
  return jsonReply({ id: randomId(''), results, meta })
}
