import { describe, expect, it } from 'vitest'
import type { CaptureLevel, EndState, EventKind, EventState, StreamEnd } from '../event.ts'
import { endRecord, eventRecord, sessionRecord } from '../records.ts'
import { isKnownRecord, recordFault } from './validate.ts'

// Written as records, so that a word which joins one of the types has to be added here, and then there.
const KINDS = {
  llm: 1,
  tool: 1,
  embedding: 1,
  retrieval: 1,
  rerank: 1,
  http: 1,
  mcp: 1,
  chain: 1,
  decision: 1,
  message: 1,
  score: 1,
  error: 1,
  effect: 1,
  custom: 1,
} satisfies Record<EventKind, 1>
const STATES = { ok: 1, error: 1, aborted: 1, pending: 1 } satisfies Record<EventState, 1>
const CAPTURES = { full: 1, redacted: 1, metadata: 1, off: 1 } satisfies Record<CaptureLevel, 1>
const END_STATES = { success: 1, failure: 1, indeterminate: 1 } satisfies Record<EndState, 1>
const STREAM_ENDS = {
  complete: 1,
  error: 1,
  cancelled: 1,
  aborted: 1,
  abandoned: 1,
} satisfies Record<StreamEnd, 1>

function wordsOf<Word extends string>(words: Record<Word, 1>): readonly Word[] {
  return Object.keys(words) as Word[]
}

describe('recordFault', () => {
  it.each([
    ...wordsOf(KINDS).map((kind) => eventRecord(1, { kind })),
    ...wordsOf(STATES).map((state) => eventRecord(1, { state })),
    ...wordsOf(STREAM_ENDS).map((end) =>
      eventRecord(1, { outcome: { stream: { parts: [], end } } }),
    ),
    ...wordsOf(CAPTURES).map((capture) => sessionRecord({ capture })),
    ...wordsOf(END_STATES).map((endState) => endRecord({ endState })),
    { type: 'update', name: 'N', tags: ['a'] },
    { type: 'event', seq: 1, state: 'ok', outcome: { value: null } },
    { type: 'later', seq: 'anything' },
  ])('finds nothing wrong in a sound record: %o', (record) => {
    expect(recordFault(record)).toBeUndefined()
    expect(recordFault({ ...record, later: { a: 1 } })).toBeUndefined()
  })

  it.each([
    [eventRecord(0), 'seq must be a whole number from 1'],
    [eventRecord(1.5), 'seq must be a whole number from 1'],
    [{ ...eventRecord(1), kind: 'constructor' }, /^kind must be one of llm, /],
    [{ ...eventRecord(1), kind: undefined }, /^kind must be one of llm, /],
    [{ ...eventRecord(1), state: 'SECRET' }, 'state must be one of ok, error, aborted, pending'],
    [{ ...eventRecord(1), name: 1 }, 'name must be a string'],
    [{ ...eventRecord(1), startedAt: 'SECRET' }, 'startedAt must be a time'],
    [{ ...eventRecord(1), costUsd: Number.NaN }, 'costUsd must be a finite number'],
    [{ ...eventRecord(1), ms: null }, 'ms must be a finite number'],
    [{ ...eventRecord(1), outcome: [] }, 'outcome must be an object'],
    [
      { ...eventRecord(1), outcome: { stream: { parts: [] } } },
      /^outcome.stream.end must be one of/,
    ],
    [{ ...eventRecord(1), done: 9e15 }, 'done must be a whole number up to 33554432'],
    [
      { ...eventRecord(1), instant: [0, 1e9] },
      'instant must be a whole number up to 33554432 and one up to 1000',
    ],
    [withTicks([[0, 1, 2]]), 'outcome.stream.ticks[0] must be two whole numbers up to 33554432'],
    [
      withTicks([
        [0, 1],
        [9e15, 2],
      ]),
      'outcome.stream.ticks[1] must be two whole numbers up to 33554432',
    ],
    [
      withTicks([
        [0, 1],
        [0, 2],
      ]),
      'outcome.stream.ticks must rise',
    ],
    [
      withInstant([[0, 1, 1e9, 0]]),
      'outcome.stream.instant[0] must be a moment, a number of moments, of rounds up to 1000, and of ticks',
    ],
    [withInstant([[0, 0, 1, 0]]), /^outcome.stream.instant\[0\] must be a moment/],
    [
      withInstant([
        [0, 2, 1, 0],
        [1, 1, 1, 0],
      ]),
      'outcome.stream.instant must rise',
    ],
    [{ ...sessionRecord(), v: 2 }, 'v must be 1'],
    [{ ...sessionRecord(), seed: 2 ** 53 }, 'seed must be a whole number of at most 53 bits'],
    [{ ...sessionRecord(), tags: ['a', 1] }, 'tags[1] must be a string'],
    [
      { ...sessionRecord(), request: { method: 'GET', url: '/', headers: { SECRET: 1 } } },
      'request.headers[0] must be a string',
    ],
    [
      { ...endRecord(), totals: { ...endRecord().totals, kinds: { llm: -1 } } },
      'totals.kinds[0] must be a whole number',
    ],
    [{ type: 'update', capture: 'all' }, 'capture must be one of full, redacted, metadata, off'],
    [{ type: 1 }, 'type must be a string'],
    [[], 'must be an object'],
    [null, 'must be an object'],
    ['SECRET', 'must be an object'],
  ])('names what is wrong, and repeats no value: %o', (record, fault) => {
    const found = recordFault(record)

    expect(found).toMatch(fault)
    expect(found).not.toContain('SECRET')
  })
})

describe('isKnownRecord', () => {
  it('knows the four types, and nothing that comes with every object', () => {
    expect(['session', 'update', 'event', 'end'].every((type) => isKnownRecord({ type }))).toBe(
      true,
    )
    expect(['later', 'constructor', '__proto__'].some((type) => isKnownRecord({ type }))).toBe(
      false,
    )
  })
})

function withInstant(instant: unknown): object {
  return { ...eventRecord(1), outcome: { stream: { parts: [], end: 'complete', instant } } }
}

function withTicks(ticks: unknown): object {
  return { ...eventRecord(1), outcome: { stream: { parts: [], end: 'complete', ticks } } }
}
