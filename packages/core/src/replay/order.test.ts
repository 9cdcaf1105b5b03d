import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { delay } from '../runtime/clock.ts'
import { createDeliveryOrder as createOrder, type DeliveryOrderOptions } from './order.ts'

function createDeliveryOrder(ticks: readonly number[], options?: DeliveryOrderOptions) {
  return createOrder(
    ticks.map((tick) => [tick, 1] as const),
    options,
  )
}

/** Asks for turns in the given order and returns the order in which they came. */
async function deliver(expected: readonly number[], asked: readonly number[], stallMs = 1) {
  const order = createDeliveryOrder(expected, { stallMs })
  const delivered: number[] = []
  await Promise.all(asked.map((tick) => order.turn(tick).then(() => delivered.push(tick))))
  return delivered
}

describe('createDeliveryOrder', () => {
  it('hands out answers in recorded order, whatever order they are asked for in', async () => {
    const delivered = await deliver([1, 2, 3, 4], [3, 1, 4, 2])

    expect(delivered).toEqual([1, 2, 3, 4])
  })

  it('hands out one answer per macrotask, so that continuations run before the next one', async () => {
    const order = createDeliveryOrder([1, 2])
    const log: string[] = []
    const slow = order.turn(1).then(async () => {
      for (let step = 0; step < 20; step++) await Promise.resolve()
      log.push('after 1')
    })
    const fast = order.turn(2).then(() => log.push('after 2'))

    await Promise.all([slow, fast])

    expect(log).toEqual(['after 1', 'after 2'])
  })

  it('holds an answer for an earlier one that is asked for a little later', async () => {
    const order = createDeliveryOrder([1, 2], { stallMs: 10_000 })
    const delivered: number[] = []
    const second = order.turn(2).then(() => delivered.push(2))
    await delay(5)
    const first = order.turn(1).then(() => delivered.push(1))

    await Promise.all([first, second])

    expect(delivered).toEqual([1, 2])
  })

  it('releases an answer, and says so, when nobody asks for the earlier one', async () => {
    const onRelease = vi.fn<(tick: number) => void>()
    const order = createDeliveryOrder([1, 2, 3], { stallMs: 1, onRelease })

    await order.turn(3)

    expect(onRelease).toHaveBeenCalledExactlyOnceWith(3)
  })

  it('does not wait twice for what nobody asked for', async () => {
    const onRelease = vi.fn<(tick: number) => void>()
    const order = createDeliveryOrder([1, 2, 3], { stallMs: 1, onRelease })

    await order.turn(2)
    await order.turn(3)

    expect(onRelease).toHaveBeenCalledTimes(1)
  })

  it('lets an answer pass when the earlier one is given up', async () => {
    const order = createDeliveryOrder([1, 2], { stallMs: 10_000 })
    const second = order.turn(2)

    order.skip(1)

    await expect(second).resolves.toBeUndefined()
  })

  it('lets an instant answer come when only other instant ones are to come before it', () => {
    const order = createDeliveryOrder([1, 2, 3, 4], { instant: [2, 3] })

    expect(order.isNext(2, 1)).toBe(false)
    order.skip(1)
    expect(order.isNext(2, 1)).toBe(true)
    expect(order.isNext(3, 1)).toBe(true)
    expect(order.isNext(3, 2)).toBe(false)
    expect(order.isNext(5, 1)).toBe(false)
  })

  it('lets no instant answer overtake one that waits for its turn', () => {
    const order = createDeliveryOrder([1, 2], { instant: [1, 2] })
    void order.turn(1)

    expect(order.isNext(2, 0)).toBe(false)
  })

  it('learns of instant answers when they are asked for', () => {
    const order = createDeliveryOrder([1, 2])
    expect(order.isNext(2, 0)).toBe(false)

    order.noteInstant(1)

    expect(order.isNext(2, 0)).toBe(true)
  })

  it('hands out answers that were never expected at once', async () => {
    const order = createDeliveryOrder([], { stallMs: 10_000 })

    await expect(order.turn(0)).resolves.toBeUndefined()
    await expect(order.turn(7)).resolves.toBeUndefined()
  })

  it('never deadlocks, with any calls left out or added', async () => {
    const ticks = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(ticks, ticks, async (expected, asked) => {
        const delivered = await deliver(expected, asked)

        expect(delivered.toSorted((one, other) => one - other)).toEqual(
          asked.toSorted((one, other) => one - other),
        )
      }),
      { numRuns: 60 },
    )
  })

  it('keeps recorded order for any order of asking', async () => {
    const shuffled = fc
      .uniqueArray(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 15 })
      .chain((ticks) =>
        fc.tuple(fc.constant(ticks), fc.shuffledSubarray(ticks, { minLength: ticks.length })),
      )
    await fc.assert(
      fc.asyncProperty(shuffled, async ([expected, asked]) => {
        const delivered = await deliver(expected, asked, 10_000)

        expect(delivered).toEqual(expected.toSorted((one, other) => one - other))
      }),
      { numRuns: 60 },
    )
  })
})
