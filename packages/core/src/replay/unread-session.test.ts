import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type EventRecord,
  type JournalRecord,
  type SessionData,
  formatRecord,
  readJournals,
  JOURNAL_LIMITS,
  LINE,
  placeOf,
} from '@retake/format'
import { endRecord, sessionRecord } from '@retake/format/records'
import { type Cassette, createCassette } from './cassette.ts'
import type { CallQuery } from './entry.ts'

const ID = 'session-1'
const LONG = 'x'.repeat(300)
const MODES = ['strict', 'lenient', 'position'] as const

// In the order in which fields are written.
const call = fc
  .record({
    parent: fc.constantFrom(undefined, 1, 2),
    name: fc.constantFrom('a', 'b'),
    op: fc.constantFrom(undefined, 'generate'),
    path: fc.constantFrom('', 'one', 'one > two#0'),
    ord: fc.nat({ max: 2 }),
    key: fc.constantFrom(undefined, 'k'),
    state: fc.constantFrom('ok', 'error', 'pending'),
    question: fc.nat({ max: 2 }),
    isInstant: fc.boolean(),
  })
  .map(({ parent, name, op, path, ord, key, state, question, isInstant }) => ({
    type: 'event',
    id: 'event',
    seq: 0,
    parent,
    kind: 'llm',
    name,
    op,
    path,
    ord,
    key,
    fp: '',
    startedAt: '2026-01-01T00:00:00.000Z',
    state,
    request: `${LONG}${question}`,
    ...(state !== 'pending' && { done: 0, ...(isInstant && { instant: [0, 1] }) }),
    ...(state !== 'pending' && { outcome: { value: LONG } }),
  }))

function textOf(events: readonly object[]): string {
  const numbered = events.map((event, index) => ({
    ...event,
    seq: index + 1,
    ...('done' in event && { done: index + 1 }),
  }))
  const records = [sessionRecord({ id: ID }), ...numbered, endRecord()]
  return records.map((record) => formatRecord(record as JournalRecord)).join('')
}

function read(text: string, maxEagerChars: number): SessionData {
  return readJournals([{ text }], ID, { ...JOURNAL_LIMITS, maxEagerChars })
}

function queryOf({ kind, name, op, path, ord, key, request, fp = '' }: EventRecord): CallQuery {
  const place = placeOf(path)
  const text = () => JSON.stringify(request)
  return { kind, name, op, path, place, ord, key, request, fp: () => fp, text }
}

/** All that a replay is told when it asks for these calls, one after the other. */
function answersOf(
  cassette: Cassette,
  asked: readonly EventRecord[],
  mode: (typeof MODES)[number],
) {
  const found = asked.map((event) => {
    const taken = cassette.take(queryOf(event), mode)
    const covered = taken ? cassette.cover(taken.entry).map((entry) => entry.event.seq) : []
    return { seq: taken?.entry.event.seq, tier: taken?.tier, covered }
  })
  return {
    found,
    leftovers: cassette
      .leftovers()
      .map(({ event, kind, name, path }) => [event.seq, kind, name, path]),
  }
}

describe('a session of which nobody has looked at anything', () => {
  it('is replayed like one that was read at once, whatever is asked and when (P17)', () => {
    const options = fc.record({
      until: fc.constantFrom(undefined, 2),
      mode: fc.constantFrom(...MODES),
      order: fc.array(fc.nat({ max: 7 }), { maxLength: 12 }),
    })
    fc.assert(
      fc.property(fc.array(call, { maxLength: 8 }), options, (events, { until, mode, order }) => {
        const text = textOf(events)
        const { events: whole } = read(text, Number.POSITIVE_INFINITY)
        const asked = order.flatMap((index) => whole[index] ?? [])
        const [lazy, eager] = [0, Number.POSITIVE_INFINITY].map((maxEagerChars) =>
          createCassette(read(text, maxEagerChars), until === undefined ? {} : { until }),
        )

        expect(lazy!.entries.every(({ recorded }) => LINE in recorded)).toBe(true)
        expect(lazy!.spans()).toEqual(eager!.spans())
        expect(lazy!.instantTicks()).toEqual(eager!.instantTicks())
        expect(answersOf(lazy!, asked, mode)).toEqual(answersOf(eager!, asked, mode))
      }),
      { numRuns: 500 },
    )
  })
})
