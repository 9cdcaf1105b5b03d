import type { RerankingModel } from 'ai'

/** A reranking model as its provider's package would have it, over HTTP. It does not date its answers. */
export function createRerankModel(url: string): Exclude<RerankingModel, string> {
  return {
    specificationVersion: 'v4',
    provider: 'acme.rerank',
    modelId: 'rerank-1',
    async doRerank({ documents, query, topN, abortSignal }) {
      const body = JSON.stringify({ query, documents: documents.values, top_n: topN })
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(`${url}/rerank`, {
        method: 'POST',
        headers,
        body,
        signal: abortSignal,
      })
      const { results } = (await response.json()) as {
        results: { index: number; relevance_score: number }[]
      }
      return {
        ranking: results.map(({ index, relevance_score: relevanceScore }) => ({
          index,
          relevanceScore,
        })),
      }
    },
  }
}
