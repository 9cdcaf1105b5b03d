import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinNotes, recordFault, type VirtualRecord } from '@retake/format'
import { createTimerReader, createTimerRecorder, type TimerNotes } from './timer-notes.ts'

interface Made {
  readonly lane: string
  readonly ms: number
  readonly ticks: number[]
}

const step = fc.record({
  lane: fc.constantFrom('timeout ', 'timeout a', 'interval a > b', '__proto__'),
  ms: fc.constantFrom(0, 1, 1, 1, 30, 2 ** 31 - 1),
  /** Which of those that were made so far fires. */
  fires: fc.nat(),
  isMade: fc.boolean(),
  isTaken: fc.boolean(),
})

/** What a session has written of its timers, as it is read back. */
function readBack(records: readonly TimerNotes[]): TimerNotes {
  const read = JSON.parse(
    JSON.stringify(records.map((notes) => ({ type: 'virtual', ...notes }))),
  ) as VirtualRecord[]
  expect(read.map(recordFault)).toEqual(read.map(() => undefined))
  return { timers: joinNotes(read, 'timers'), firings: joinNotes(read, 'firings') }
}

describe('recorded timers', () => {
  it('are read back as they were made and fired, whenever they were written', () => {
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const recorder = createTimerRecorder()
        const made: (Made & { readonly note: ((tick: number) => void) | undefined })[] = []
        const records: TimerNotes[] = []
        let tick = 0
        for (const { lane, ms, fires, isMade, isTaken } of steps) {
          if (isMade) made.push({ lane, ms, ticks: [], note: recorder.made(lane, ms) })
          const firing = made[fires % Math.max(1, made.length)]
          firing?.note?.(++tick)
          firing?.ticks.push(tick)
          const notes = isTaken ? recorder.take() : undefined
          if (notes) records.push(notes)
        }
        const last = recorder.take()

        const reader = createTimerReader(readBack(last ? [...records, last] : records))

        const all = made.flatMap(({ ticks }) => ticks).toSorted((one, other) => one - other)
        expect([...reader.ticks()].toSorted((one, other) => one - other)).toEqual(all)
        for (const { lane, ms, ticks } of made) {
          expect(reader.take(lane, ms)).toEqual({ ms, ticks })
        }
        expect([...reader.ticks()]).toEqual([])
        expect(reader.take('timeout ', 1)).toBeUndefined()
        expect(reader.isFull).toBe(false)
      }),
    )
  })

  it('are found by their delay, and in their order where it is another one', () => {
    const recorder = createTimerRecorder()
    for (const [index, ms] of [30_000, 15, 15, 700].entries())
      recorder.made('timeout ', ms)?.(index + 1)
    const reader = createTimerReader(recorder.take() ?? {})

    const taken = [15, 15, 690, 700].map((ms) => reader.take('timeout ', ms)?.ticks[0])

    expect(taken).toEqual([2, 3, 1, 4])
  })

  it('end where there is no more room for them, which a replay is told', () => {
    const recorder = createTimerRecorder(3)
    const first = recorder.made('timeout ', 1)
    first?.(1)
    const second = recorder.made('timeout ', 2)
    second?.(2)

    const notes = recorder.take() ?? {}

    expect(recorder.made('timeout ', 3)).toBeUndefined()
    expect(createTimerReader(notes, 3)).toMatchObject({ isFull: true })
    expect(createTimerReader(notes, 3).take('timeout ', 2)).toEqual({ ms: 2, ticks: [] })
  })

  it('that are more than any session has are refused', () => {
    const read = () => createTimerReader({ timers: { 'timeout ': [1, 2 ** 40] } })

    expect(read).toThrow(expect.objectContaining({ code: 'REPLAY_INVALID_SESSION' }))
  })

  it.each<[string, unknown]>([
    ['a delay alone', { timers: { a: [1] } }],
    ['half a number', { timers: { a: [1, 0.5] } }],
    ['no list', { firings: { a: 'b' } }],
    ['two numbers of three', { firings: { a: [1, 2] } }],
    ['a count of none', { firings: { a: [1, 2, 0] } }],
  ])('are no record with %s', (_what, notes) => {
    expect(recordFault({ type: 'virtual', ...(notes as object) })).toBeTypeOf('string')
  })
})
