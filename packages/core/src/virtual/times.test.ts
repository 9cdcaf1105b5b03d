import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type VirtualRecord, joinTimes } from '@retake/format'
import { createTimesReader, createTimesRecorder } from './times.ts'

const SINCE = 1_764_000_000_000

const reading = fc.record({
  path: fc.constantFrom('', 'a', 'a > b', '__proto__'),
  // Clocks are set back, too.
  ms: fc.integer({ min: SINCE - 5, max: SINCE + 5 }),
  isTaken: fc.boolean(),
})

describe('recorded times', () => {
  it('are read back along each path as they were, whenever they were written', () => {
    fc.assert(
      fc.property(fc.array(reading), (readings) => {
        const recorder = createTimesRecorder(SINCE)
        const records: VirtualRecord[] = []
        const write = () => {
          const times = recorder.take()
          if (times) records.push(JSON.parse(JSON.stringify({ type: 'virtual', times })))
        }
        for (const { path, ms, isTaken } of readings) {
          recorder.note(path, ms)
          if (isTaken) write()
        }
        write()

        const read = createTimesReader(SINCE, joinTimes(records))

        expect(readings.map(({ path }) => read(path))).toEqual(readings.map(({ ms }) => ms))
        expect(read('')).toBeUndefined()
        expect(read('elsewhere')).toBeUndefined()
      }),
    )
  })

  it('end where there is no more room for them', () => {
    const recorder = createTimesRecorder(SINCE, 2)
    const seen = [0, 1, 1, 5, 1, 9].map((ms) => SINCE + ms)
    for (const ms of seen) recorder.note('', ms)

    const read = createTimesReader(SINCE, recorder.take() ?? {})

    expect(seen.map(() => read(''))).toEqual([...seen.slice(0, 3), undefined, undefined, undefined])
  })
})
