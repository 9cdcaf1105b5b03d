import type { RerankingModel } from 'ai'
import type { Kit } from '../kit.ts'

/** A reranking model as its provider's package would have it, over HTTP. It does not date its answers. */
export function createRerankModel({
  url,
  major,
  fetch,
}: Pick<Kit, 'url' | 'major' | 'fetch'>): Exclude<RerankingModel, string> {
  return {
    specificationVersion: (major === 6 ? 'v3' : 'v4') as 'v4',
    provider: 'acme.rerank',
    modelId: 'rerank-1',
    async doRerank({ documents, query, topN }) {
      const body = JSON.stringify({ query, documents: documents.values, top_n: topN })
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(`${url}/rerank`, { method: 'POST', headers, body })
      const { results } = (await response.json()) as { results: readonly Ranked[] }
      return { ranking: results.map(toRanking) }
    },
  }
}

interface Ranked {
  readonly index: number
  readonly relevance_score: number
}

function toRanking({ index, relevance_score: relevanceScore }: Ranked) {
  return { index, relevanceScore }
}
