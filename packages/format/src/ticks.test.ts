import { describe, expect, it } from 'vitest'
import type { StreamEnd, StreamOutcome } from './event.ts'
import {
  createInstantReader,
  createTickReader,
  type InstantRuns,
  instantTicks,
  noteInstant,
  noteTick,
  streamSpans,
  type TickRuns,
} from './ticks.ts'

function streamOf(moments: readonly number[], end: StreamEnd = 'complete') {
  const ticks: TickRuns = []
  for (const [index, tick] of moments.entries()) noteTick(ticks, index, tick)
  const parts = Array.from({ length: moments.length - (end === 'complete' ? 2 : 1) }, () => 'part')
  return { parts, end, ticks }
}

function ticksOf(stream: StreamOutcome): readonly number[] {
  return streamSpans(stream).flatMap(([first, count]) =>
    Array.from({ length: count }, (_, place) => first + place),
  )
}

describe('ticks of a stream', () => {
  it('stores consecutive ticks as one run', () => {
    const stream = streamOf([4, 5, 6, 9, 10])

    expect(stream.ticks).toEqual([
      [0, 4],
      [3, 9],
    ])
  })

  it('gives every moment its tick back', () => {
    const moments = [4, 5, 6, 9, 10, 20]

    expect(ticksOf(streamOf(moments))).toEqual(moments)
  })

  it('reads ticks by moment', () => {
    const tickOf = createTickReader(streamOf([4, 5, 9, 10]))

    expect([0, 1, 2, 3, 4].map(tickOf)).toEqual([4, 5, 9, 10, undefined])
  })

  it('has no tick for the end of a stream that did not come to one', () => {
    const stream = streamOf([1, 2, 3], 'cancelled')

    expect(ticksOf(stream)).toEqual([1, 2, 3])
    expect(createTickReader(stream)(3)).toBeUndefined()
  })

  it('has none for a stream without ticks', () => {
    const stream = { parts: ['part'], end: 'complete' as const }

    expect(ticksOf(stream)).toEqual([])
    expect(createTickReader(stream)(0)).toBeUndefined()
  })
})

describe('moments that came in the turn in which they were asked for', () => {
  const quick = { rounds: 1, between: 0 }
  const slower = { rounds: 3, between: 1 }

  function instantStream() {
    const instant: InstantRuns = []
    for (const [moment, came] of [
      [1, quick],
      [2, quick],
      [4, quick],
      [5, slower],
    ] as const)
      noteInstant(instant, moment, came.rounds, came.between)
    return { ...streamOf([10, 11, 12, 20, 21, 22, 23]), instant }
  }

  it('are stored as runs of those that came alike', () => {
    expect(instantStream().instant).toEqual([
      [1, 2, 1, 0],
      [4, 1, 1, 0],
      [5, 1, 3, 1],
    ])
  })

  it('are read by moment', () => {
    const instantOf = createInstantReader(instantStream())

    const came = [0, 1, 2, 3, 4, 5, 6].map(instantOf)

    expect(came).toEqual([undefined, quick, quick, undefined, quick, slower, undefined])
  })

  it('have ticks, as long as the stream has them', () => {
    const { instant, ...stream } = instantStream()

    expect([...instantTicks({ ...stream, instant })]).toEqual([11, 12, 21, 22])
    expect([...instantTicks({ ...stream, instant: [[5, 2 ** 25, 0, 0]] })]).toEqual([22, 23])
  })
})
