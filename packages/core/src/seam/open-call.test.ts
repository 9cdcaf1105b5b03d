import { describe, expect, it, vi } from 'vitest'
import { call, type PricedCall, type Usage } from '../index.ts'
import { record } from '../../test/record.ts'
import { createTestRetake } from '../../test/test-retake.ts'

describe('what a call cost', () => {
  const answer = (usage: Usage) =>
    call(
      {
        kind: 'llm',
        name: 'test/model',
        provider: 'test',
        model: 'model',
        summarize: () => ({ usage }),
      },
      async () => 'answer',
    )

  it('is counted by the price that the app gives', async () => {
    const price = vi.fn<(call: PricedCall) => number>(
      ({ usage }) => (usage.inputTokens ?? 0) * 0.01,
    )
    const retake = createTestRetake({ price })
    const { id } = await record(retake, () => answer({ inputTokens: 5 }))

    const { events, end } = (await retake.store.load(id))!
    expect(price).toHaveBeenCalledExactlyOnceWith({
      provider: 'test',
      model: 'model',
      usage: { inputTokens: 5 },
    })
    expect(events[0]?.costUsd).toBe(0.05)
    expect(end?.totals).toMatchObject({ costUsd: 0.05, usage: { inputTokens: 5 } })
  })

  it('does not cost the record when the price or the usage is wrong', async () => {
    const price = () => {
      throw new Error('no such model')
    }
    const retake = createTestRetake({ price })
    const { id, result } = await record(retake, () =>
      answer({ inputTokens: Number.NaN, outputTokens: 1 }),
    )

    const { events } = (await retake.store.load(id))!
    expect(events[0]).toMatchObject({
      state: 'ok',
      usage: { outputTokens: 1 },
      outcome: { value: result },
    })
    expect(retake.stats().failures).toBe(1)
  })
})
