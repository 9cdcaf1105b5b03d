import { describe, expect, it } from 'vitest'
import { readUsage } from './usage.ts'

describe('usage', () => {
  it.each([
    [
      'of v3 and v4, where each side is an object',
      {
        inputTokens: { total: 100, noCache: 30, cacheRead: 60, cacheWrite: 10 },
        outputTokens: { total: 50, text: 20, reasoning: 30 },
      },
      { inputTokens: 40, cachedInputTokens: 60, outputTokens: 20, reasoningTokens: 30 },
    ],
    [
      'of v3 and v4 without totals',
      { inputTokens: { noCache: 30, cacheWrite: 10 }, outputTokens: { text: 20 } },
      { inputTokens: 40, outputTokens: 20 },
    ],
    [
      'of v2, where totals hold their parts',
      {
        inputTokens: 100,
        cachedInputTokens: 60,
        outputTokens: 50,
        reasoningTokens: 30,
        totalTokens: 150,
      },
      { inputTokens: 40, cachedInputTokens: 60, outputTokens: 20, reasoningTokens: 30 },
    ],
    [
      'of v2 where cached tokens are not in the total',
      { inputTokens: 12, cachedInputTokens: 2000, outputTokens: 50 },
      { inputTokens: 12, cachedInputTokens: 2000, outputTokens: 50 },
    ],
    ['of embeddings', { tokens: 7 }, { inputTokens: 7 }],
    [
      'with counts that the provider did not tell',
      {
        inputTokens: { total: 9, cacheRead: { $rt: 'undefined' } },
        outputTokens: { $rt: 'undefined' },
      },
      { inputTokens: 9 },
    ],
  ])('%s is read as disjoint counts', (_shape, usage, counts) => {
    expect(readUsage(usage)).toStrictEqual(counts)
  })

  it('that tells nothing is no usage', () => {
    expect(readUsage({ $rt: 'undefined' })).toBeUndefined()
    expect(readUsage({ tokens: { $rt: 'number', v: 'NaN' } })).toBeUndefined()
  })
})
