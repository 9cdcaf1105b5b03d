import type { EventRecord } from '@retake/core'
import fc from 'fast-check'
import { expect } from 'vitest'
import { withDistinctRequests } from '../edit-program.ts'
import { recordProgram, replayProgram } from '../experiment.ts'
import { loadSession } from '../lab.ts'
import { randomProgram } from '../random-programs.ts'
import { holds } from './property.ts'

// Programs that make the same calls whatever they are answered, each of which calls the provider once.
const STEADY = randomProgram({
  without: ['branch', 'loop', 'race', 'deadline', 'read', 'sleep', 'effect', 'retry'],
  hanging: false,
})

holds('property:fork', 40, STEADY, fc.nat(), async (program, at) => {
  const distinct = withDistinctRequests(program, '')
  const { retake, live } = await recordProgram(distinct)
  const parent = await loadSession(retake, live.id)
  const before = JSON.stringify(parent)
  const cuts = [...new Set([0, at % (live.calls + 1), live.calls])]

  for (const until of cuts) {
    const fork = await replayProgram(retake, live.id, distinct, { until })
    const expected = parent.events.filter((event) => isLive(event, until, parent.events))
    expect(fork.calls).toBe(expected.length)
    expect(fork.report.live).toHaveLength(expected.length)
    expect(fork.report.missed).toEqual([])

    const again = await replayProgram(retake, fork.id, distinct)
    expect(again).toMatchObject({ ending: fork.ending, seen: fork.seen, calls: 0 })
  }
  expect(JSON.stringify(await loadSession(retake, live.id))).toBe(before)
})

/** Whether a fork makes a call itself: past its cut, and not beneath a tool that is served as a whole. */
function isLive(event: EventRecord, until: number, events: readonly EventRecord[]): boolean {
  if (event.seq <= until) return false
  const parent = events.find(({ seq }) => seq === event.parent)
  return parent === undefined || isLive(parent, until, events)
}
