import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encoded } from '../../test/session-data.ts'
import { isRetakeError } from '../errors.ts'
import type { EventRecord, SessionData } from '../event.ts'
import { endRecord, eventRecord, sessionRecord } from '../records.ts'
import { formatRecord, readJournals } from './journal.ts'
import { eachSpan, outcomeOf, requestOf } from './recorded-event.ts'
import { recordedEvents } from './session-data.ts'
import { splitLine } from './event-line.ts'

const ID = 'session-1'
const HEADER = formatRecord(sessionRecord({ id: ID }))
const LONG = 'x'.repeat(300)
const CALL = eventRecord(1, {
  fp: 'f1',
  done: 1,
  request: { prompt: LONG, nested: { outcome: [1], request: '"' } },
  outcome: { value: { text: `"${LONG}",\n"outcome":{}` } },
})

function read(...lines: readonly string[]): SessionData {
  return readJournals([{ text: HEADER + lines.join('') }], ID)
}

function spansOf(data: SessionData): unknown {
  const spans: unknown[] = []
  eachSpan(only(data), (...span) => void spans.push(span))
  return spans
}

/** The code and the reason with which something fails, or what it gives. */
function attempt(look: () => unknown): unknown {
  try {
    return look()
  } catch (error) {
    if (isRetakeError(error)) return `${error.code} ${String(error.data.reason)}`
    throw error
  }
}

function only(data: SessionData) {
  const [event] = recordedEvents(data)
  return event!
}

describe('the line of an event', () => {
  it('has its content last, and says how long that is', () => {
    const line = formatRecord(CALL)
    const [requested, answered] = [CALL.request, CALL.outcome].map((part) => JSON.stringify(part))

    expect(
      line.startsWith(`{"type":"event","layout":[${requested!.length},${answered!.length}],`),
    ).toBe(true)
    expect(line.endsWith(`,"request":${requested},"outcome":${answered}}\n`)).toBe(true)
    expect(splitLine(line.trimEnd())).toMatchObject({ request: requested, outcome: answered })
  })

  it('has no layout when its content is short', () => {
    expect(formatRecord(eventRecord(1, { request: 1, outcome: { value: 2 } }))).not.toMatch(
      /layout/,
    )
  })

  it('tells by which ticks a stream is handed out, and that nobody waits for what is synchronous', () => {
    const parts = [LONG, LONG]
    const stream = { parts, end: 'complete', ticks: [[0, 4], [2, 9]] } as const
    const [streamed, sync] = [
      eventRecord(1, { done: 10, outcome: { stream } }),
      eventRecord(1, { done: 3, outcome: { value: LONG, sync: true } }),
    ]

    expect(spansOf(read(formatRecord(streamed)))).toEqual([[4, 2], [9, 2]])
    expect(spansOf(read(formatRecord(sync)))).toEqual([])
    expect(spansOf(read(formatRecord(CALL)))).toEqual([[1, 1]])
  }) // oxfmt-ignore

  it('gives back what was written, whatever it is (P17)', () => {
    const long = encoded.map((value) => [value, LONG])
    fc.assert(
      fc.property(long, long, fc.dictionary(fc.string(), encoded), (request, value, attributes) => {
        const event = { ...eventRecord(1, { request, outcome: { value } }), attributes }
        const whole = JSON.parse(JSON.stringify(event)) as EventRecord

        const data = read(formatRecord(event))

        expect(requestOf(only(data))).toEqual(whole.request)
        expect(data.events).toEqual([whole])
        expect(Object.keys(data.events[0]!)).not.toContain('layout')
      }),
    )
  })

  it('may be written by hand, in any order', () => {
    const { request, outcome, type, ...head } = CALL
    const lines = [
      JSON.stringify({ type, request, outcome, ...head }),
      JSON.stringify({ type, layout: [7, 7], ...head, request, outcome }),
      JSON.stringify({ type, layout: 'none', ...head, request, outcome }),
    ]
    for (const line of lines) expect(read(`${line}\n`).events).toEqual([CALL])
  })
})

describe('the content of an event', () => {
  it('is merged out of both records of a call', () => {
    const { outcome, done, ...started } = CALL
    const ended = { type: 'event', seq: 1, state: 'ok', done, outcome } as const
    const start = formatRecord({ ...started, state: 'pending' })
    const short = `{"type":"event","seq":1,"state":"ok","outcome":{"value":1}}\n`

    expect(read(start, formatRecord(ended)).events).toEqual([CALL])
    expect(outcomeOf(only(read(start, formatRecord(ended), short)))).toEqual({ value: 1 })
    expect(read(start, formatRecord(ended), short).events[0]?.outcome).toEqual({ value: 1 })
  })

  it('counts by the last of the keys that come twice', () => {
    const line = formatRecord(CALL)
    const twice = line.replace('"seq":1', '"seq":1,"request":1,"outcome":{"value":2},"seq":7')
    const other = line.replace('"seq":1', '"type":"update","seq":1')

    const again = line.replace('"seq":1', '"seq":1,"request":1,"outcome":{"value":2}')

    expect(read(twice).events).toEqual([{ ...CALL, seq: 7 }])
    expect(read(formatRecord(eventRecord(1)), again).events).toEqual([CALL])
    expect(attempt(() => read(other))).toBe('REPLAY_INVALID_SESSION record')
  })

  it('is refused when it is corrupt, as soon as anybody looks at it', () => {
    const line = formatRecord(CALL)
    const aborted = formatRecord(eventRecord(1, { outcome: { value: LONG, abortIgnored: 12 } }))
    const corrupt = [
      [line.replace('"text":', '"text";'), 'json'],
      [line.replace('"ord":0', '"ord":-1'), 'record'],
      [aborted.replace('"abortIgnored":12', '"abortIgnored":-1'), 'record'],
      [line.replace('"nested":{', '"nested":['), 'json'],
      [line.replace('"outcome":[1]', '"outc","xy":0'), 'json'],
    ] as const
    for (const [text, reason] of corrupt) {
      const data = read(text)

      expect(attempt(() => data.events)).toBe(`REPLAY_INVALID_SESSION ${reason}`)
      expect(attempt(() => data.events)).toBe(`REPLAY_INVALID_SESSION ${reason}`)
    }
  })

  it('is refused when it is not what its layout tells of', () => {
    const outcome = { stream: { parts: [LONG], end: 'complete', ticks: [[0, 1]] } } as const
    const line = formatRecord(eventRecord(1, { outcome }))
    const [other, wrong] = ['[[1,2]]', '[[1]]'].map((spans) => line.replace('[[1,3]]', spans))

    expect(attempt(() => read(line).events.length)).toBe(1)
    expect(attempt(() => read(other!).events)).toBe('REPLAY_INVALID_SESSION record')
    expect(attempt(() => read(wrong!))).toBe('REPLAY_INVALID_SESSION record')
  })

  it('is bounded like the rest of its line', () => {
    const deep = (levels: number) => `{"value":${'['.repeat(levels)}"${LONG}"${']'.repeat(levels)}}`
    const lineOf = (outcome: string) =>
      `{"type":"event","layout":[0,${outcome.length}],${JSON.stringify(eventRecord(1)).slice(16, -1)},"outcome":${outcome}}\n`

    expect(attempt(() => read(lineOf(deep(498))).events.length)).toBe(1)
    expect(attempt(() => read(lineOf(deep(499))).events)).toBe('REPLAY_INVALID_SESSION depth')
  })

  it('is cut off at any place like the rest of its line (P16)', () => {
    const text = HEADER + formatRecord(CALL) + formatRecord(endRecord())
    for (let length = HEADER.length; length <= text.length; length++) {
      const data = readJournals([{ text: text.slice(0, length) }], ID)
      const isWhole = length >= HEADER.length + formatRecord(CALL).length - 1

      expect(data.events).toEqual(isWhole ? [CALL] : [])
    }
  })

  it('never fails in another way than with its own error (P18)', () => {
    const text = HEADER + formatRecord(CALL)
    const garbage = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.constantFrom('\n', '[', '"'),
    )
    fc.assert(
      fc.property(fc.nat({ max: text.length }), fc.nat({ max: 9 }), garbage, (at, length, put) => {
        const damaged = text.slice(0, at) + put + text.slice(at + length)
        const end = attempt(() => readJournals([{ text: damaged }], ID).events.length)

        expect(String(end)).toMatch(/^([01]|REPLAY_INVALID_SESSION \w+)$/)
      }),
      { numRuns: 1000 },
    )
  })

  it('is what a replay was given, when the events have been looked at', () => {
    const data = read(formatRecord(CALL))
    const looked = data.events

    expect(recordedEvents(data)).toBe(looked)
  })
})
