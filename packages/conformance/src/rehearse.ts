import type { ReplayOptions, Retake } from '@retake/core'
import { expect } from 'vitest'
import { endingOf, everySource, record, replay } from './lab.ts'

/** Something that counts the calls that were really made. */
export interface Counting {
  readonly calls: number
}

export interface Rehearsed<T> {
  /** Of the recorded session. */
  readonly id: string
  readonly value: T
}

/**
 * Records `body`, and replays it from the store, from JSON and from a committed cassette: each time it gives
 * the same, makes no call, and all it asks for is found exactly.
 */
export async function expectSameAgain<T>(
  retake: Retake,
  counting: Counting,
  body: () => T | Promise<T>,
  options?: ReplayOptions,
): Promise<Rehearsed<T>> {
  const { id, value } = await record(retake, body)
  const { calls } = counting

  for (const source of await everySource(retake, id)) {
    const { ending, report } = await replay(retake, source, body, options)
    expect(ending).toStrictEqual({ value })
    expect(report).toMatchObject({ status: 'ok', exact: report.served })
    expect(counting.calls).toBe(calls)
  }
  return { id, value }
}

/** What a promise fails with. */
export async function failureOf(promise: PromiseLike<unknown>): Promise<unknown> {
  const ending = await endingOf(promise)
  if ('error' in ending) return ending.error
  throw new Error(`It should have failed, but gave ${String(ending.value)}.`)
}
