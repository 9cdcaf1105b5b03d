import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sessionData } from '../../test/session-data.ts'
import { isRetakeError } from '../errors.ts'
import type { JournalRecord, SessionData } from '../event.ts'
import { endRecord, eventRecord, sessionRecord } from '../records.ts'
import { formatRecord, readJournals } from './journal.ts'
import { JOURNAL_LIMITS } from './journal-lines.ts'
import { LINE } from './own-line.ts'
import { eachSpan, hasOutcome, opened, type RecordedEvent } from './recorded-event.ts'
import { recordedEvents } from './session-data.ts'

const ID = 'session-1'
const HEADER = formatRecord(sessionRecord({ id: ID }))
const END = formatRecord(endRecord())
const LAZY = { ...JOURNAL_LIMITS, maxEagerChars: 0 }
const EAGER = { ...JOURNAL_LIMITS, maxEagerChars: Number.POSITIVE_INFINITY }
const LONG = 'x'.repeat(300)

// In the order in which fields are written.
const START = {
  type: 'event',
  id: '01a21892-a6f2-7a86-b84c-0828d5e259c3',
  seq: 7,
  parent: 3,
  kind: 'llm',
  name: 'model',
  op: 'generate',
  path: 'root > a',
  ord: 2,
  key: 'k',
  fp: '',
  startedAt: '2026-01-01T00:00:00.000Z',
  state: 'pending',
  request: LONG,
  model: 'm-1',
  provider: 'p',
  attributes: { step: 1, version: 'v3', isLast: true, ratio: 0.25 },
}
const COMPLETION = { done: 5, instant: [4, 12], ms: 12.05, state: 'ok', outcome: { value: LONG } }
const PRICE = { usage: { inputTokens: 10, outputTokens: 0 }, costUsd: 0.0025 }
const WHOLE = { ...START, ...COMPLETION, ...PRICE, redacted: true }
const END_OF_CALL = { type: 'event', seq: 7, ...COMPLETION, ...PRICE }

function linesOf(...records: readonly object[]): string {
  return records.map((record) => formatRecord(record as JournalRecord)).join('')
}

function read(lines: string, limits = LAZY): SessionData {
  return readJournals([{ text: HEADER + lines + END }], ID, limits)
}

/** What is read of a journal in the end, or why it is not. */
function endOf(text: string, limits: typeof LAZY): unknown {
  try {
    const { session, events, end } = readJournals([{ text }], ID, limits)
    return { session, events, end }
  } catch (error) {
    if (isRetakeError(error)) return { message: error.message, data: error.data }
    throw error
  }
}

/** Whether nobody has looked at an event. */
function isUnopened(event: RecordedEvent | undefined): boolean {
  return event?.[LINE] !== undefined && event[LINE].event === undefined
}

/** What orders an event, and what is known of its answer. */
function orderOf(event: RecordedEvent) {
  const { seq, parent, fp, state, done, instant } = event
  const spans: unknown[] = []
  eachSpan(event, (...span) => void spans.push(span))
  return { seq, parent, fp, state, done, instant, spans, hasOutcome: hasOutcome(event) }
}

describe('a line as this version writes it', () => {
  const stream = { parts: [LONG], end: 'complete', ticks: [[0, 4], [1, 9]] } // oxfmt-ignore
  const bare = { ...START, parent: undefined, op: undefined, key: undefined, attributes: undefined }

  it.each([
    ['a call', WHOLE],
    ['a call without an answer', START],
    ['a call that says little', bare],
    ['a stream', { ...WHOLE, instant: undefined, outcome: { stream } }],
    ['what nobody waits for', { ...WHOLE, outcome: { value: LONG, sync: true } }],
    ['a text that is not ASCII', { ...WHOLE, name: 'naïve 😀', request: `é${LONG}` }],
  ])('is not looked at before somebody asks: %s', (_what, event) => {
    const lines = linesOf(event)
    const [found] = recordedEvents(read(lines))
    const [eager] = recordedEvents(read(lines, EAGER))
    const [whole] = read(lines, EAGER).events

    expect(orderOf(found!)).toEqual(orderOf(eager!))
    expect(isUnopened(found)).toBe(true)
    expect(opened(found!)).toMatchObject({ id: whole!.id, name: whole!.name, path: whole!.path })
    expect(isUnopened(found)).toBe(false)
    expect(read(lines).events).toEqual([whole])
    expect(Object.keys(read(lines).events[0]!)).toEqual(Object.keys(whole!))
  })

  it.each([
    ['a value', { value: LONG }],
    ['a stream', { stream }],
    ['what nobody waits for', { value: LONG, sync: true }],
  ])('is one with the line of its outcome: %s', (_what, outcome) => {
    const end = { ...END_OF_CALL, outcome, attributes: { finishReason: 'stop' }, redacted: true }
    const lines = linesOf(START, end)
    const [found] = recordedEvents(read(lines))
    const [eager] = recordedEvents(read(lines, EAGER))
    const [whole] = read(lines, EAGER).events

    expect(orderOf(found!)).toEqual(orderOf(eager!))
    expect(isUnopened(found)).toBe(true)
    expect(read(lines).events).toEqual([whole])
    expect(whole).toMatchObject({ id: START.id, done: 5, request: LONG, outcome })
  })

  it('counts by the last record of its event, however many there are', () => {
    const ends = Array.from({ length: 20_000 }, (_, index) => ({
      ...END_OF_CALL,
      done: index + 1,
      outcome: { value: `${LONG}${index}` },
    }))
    const lines = linesOf(START, ...ends)

    expect(read(lines).events).toEqual(read(lines, EAGER).events)
    expect(read(lines).events).toMatchObject([{ done: 20_000 }])
  })

  it('says nothing when the start of its call was not written', () => {
    expect(read(linesOf(END_OF_CALL)).events).toEqual([])
  })

  it('is refused like any other when its content is corrupt', () => {
    const line = linesOf(WHOLE).replace('"value":"', '"value";"')

    expect(recordedEvents(read(line))).toHaveLength(1)
    expect(() => read(line).events).toThrow(/line 2, is not valid JSON/)
  })

  it('is bounded like any other', () => {
    const lines = linesOf(...[1, 2, 3].map((seq) => ({ ...WHOLE, seq })))
    const short = { ...LAZY, record: { ...LAZY.record, maxChars: 500 } }
    const few = { ...LAZY, record: { ...LAZY.record, maxValues: 60 } }

    expect(read(lines, { ...LAZY, maxRecords: 5 }).events).toHaveLength(3)
    expect(() => read(lines, { ...LAZY, maxRecords: 3 })).toThrow(/line 4, is one of more than 3/)
    expect(() => read(lines, short)).toThrow(/line 2, is longer than 500 characters/)
    expect(() => read(lines, few).events).toThrow(/line 3, holds more than 60 values/)
  })

  it('is left alone in a short journal, for which that does not pay', () => {
    const [short] = recordedEvents(read(linesOf(WHOLE), JOURNAL_LIMITS))
    const [long] = recordedEvents(
      read(linesOf({ ...WHOLE, request: 'x'.repeat(2 ** 17) }), JOURNAL_LIMITS),
    )

    expect(isUnopened(short)).toBe(false)
    expect(isUnopened(long)).toBe(true)
  })
})

describe('a line that deviates', () => {
  // Each by a few characters, and by each field. Some are no fault.
  const changes: readonly (readonly [from: string | RegExp, to: string])[] = [
    ['{"type"', ' {"type"'],
    ['"type":"event"', '"type":"Event"'],
    ['"type":', '"type": '],
    [/"layout":\[\d+/, '"layout":[9'],
    [/"layout":\[(\d+),(\d+)/, '"layout":[0$1,0$2'],
    [/"layout":\[/, '"layout":[-'],
    ['"id":"', '"id":"\\u0041'],
    ['"id":"', '"id":1,"x":"'],
    ['"seq":7', '"seq":0'],
    ['"seq":7', '"seq":07'],
    ['"seq":7', '"seq":7.0'],
    ['"seq":7', '"seq":9007199254740993'],
    ['"seq":7', '"seq":"7"'],
    ['"seq":7', '"seq":7,"seq":8'],
    ['"parent":3', '"parent":-3'],
    ['"parent":3', '"parent":null'],
    ['"kind":"llm"', '"kind":"other"'],
    ['"kind":"llm"', '"kind":["llm"]'],
    ['"kind":"llm",', ''],
    ['"name":"model"', '"name":"mod\\u0065l"'],
    ['"name":"model"', '"name":"mod\tel"'],
    ['"name":"model"', '"__proto__":{"name":"model"}'],
    ['"op":"generate"', '"op":"other"'],
    ['"path":"root > a"', '"path":"root \\u003e a"'],
    ['"path":"root > a",', ''],
    ['"ord":2', '"ord":02'],
    ['"ord":2', '"ord":2e0'],
    ['"ord":2', '"ord":-2'],
    ['"key":"k"', '"key":5'],
    ['"fp":""', '"fp":"abc"'],
    ['"fp":""', '"fp":"a\\"c"'],
    ['"fp":"",', ''],
    ['"fp":""', '"fp":null'],
    ['"startedAt":"', '"startedAt":"x'],
    ['"state":"ok"', '"state":"fine"'],
    ['"state":"ok"', '"state":"error"'],
    ['"state":"ok",', ''],
    ['"state":"ok"', '"state":"ok","state":"error"'],
    ['"model":"m-1"', '"model":"m\\n1"'],
    ['"provider":"p"', '"provider":"p","writer":"w"'],
    ['"provider":"p"', '"provider":"p","service":"s","hop":"h"'],
    ['"attributes":{', '"attributes":{"deep":{},'],
    ['"attributes":{', '"attributes":{"list":[1],'],
    ['"attributes":{', '"attributes":{"__proto__":1,"constructor":2,'],
    ['"attributes":{', '"attributes":{"a":01,'],
    ['"attributes":{', '"attributes":{,'],
    [/"attributes":\{[^}]*\}/, '"attributes":{"a":1,}'],
    [/"attributes":\{[^}]*\}/, '"attributes":{"a":"},"done":9,"b":"}'],
    [/"attributes":\{[^}]*\}/, `"attributes":{${'"a":1,'.repeat(100)}"b":2}`],
    [/"attributes":\{[^}]*\}/, '"attributes":{}'],
    [/"attributes":\{[^}]*\}/, '"attributes":[]'],
    ['"done":5', '"done":0'],
    ['"done":5', '"done":33554433'],
    ['"done":5', '"done":9999999'],
    ['"done":5', '"done":5,"done":6'],
    ['"done":5', '"done":"5"'],
    ['"instant":[4,12]', '"instant":[4,1001]'],
    ['"instant":[4,12]', '"instant":[4,999]'],
    ['"instant":[4,12]', '"instant":[4,012]'],
    ['"instant":[4,12]', '"instant":[4]'],
    ['"instant":[4,12]', '"instant":[4,12,13]'],
    ['"ms":12.05', '"ms":12.'],
    ['"ms":12.05', '"ms":1e999'],
    ['"ms":12.05', '"ms":-1.5'],
    ['"usage":{', '"usage":{"inputTokens":"1",'],
    ['"usage":{', '"usage":{"inputTokens":1.5,'],
    ['"costUsd":0.0025', '"costUsd":2.5e-3'],
    ['"costUsd":0.0025', '"costUsd":"0.0025"'],
    ['"redacted":true', '"redacted":false'],
    ['"redacted":true', '"redacted":true,"withheld":"why"'],
    ['"redacted":true', '"redacted":true,"unknown":{"later":[]}'],
    ['"redacted":true', '"redacted":true,"layout":[1,1]'],
    ['"redacted":true', '"redacted":true,"request":1'],
    ['"redacted":true', '"redacted":true,"outcome":{"value":2}'],
    [',"request":', ', "request":'],
    [',"request":', ',"request" :'],
    ['"}}\n', '"}} \n'],
    ['"}}\n', '"}}\r\n'],
    ['"}}\n', '"}}}\n'],
    ['"}}\n', '"}]\n'],
    ['"}}\n', '"}\n\n'],
    ['"value":"xx', '"value":"x\n'],
  ]

  it.each(changes)('is read, or refused, as it is by who reads all: %s -> %s', (from, to) => {
    const line = linesOf(WHOLE)
    const changed = line.replace(from, to)
    const text = HEADER + linesOf(eventRecord(1)) + changed + linesOf({ ...WHOLE, seq: 9 }) + END

    expect(changed).not.toBe(line)
    expect(endOf(text, LAZY)).toEqual(endOf(text, EAGER))
  })

  it.each(changes)('is refused at once where it is by who reads all: %s -> %s', (from, to) => {
    const text = HEADER + linesOf(WHOLE).replace(from, to) + END
    const load = (limits: typeof LAZY) => () => void readJournals([{ text }], ID, limits)
    const isRefused = (() => {
      try {
        load(EAGER)()
        return false
      } catch {
        return true
      }
    })()

    if (isRefused) expect(load(LAZY)).toThrow()
    else expect(load(LAZY)).not.toThrow()
  })

  it('is read by one pattern however large it is', () => {
    const many = `"attributes":{${'"":1,'.repeat(2_000_000)}"a":2}`
    const line = linesOf(WHOLE).replace(/"attributes":\{[^}]*\}/, many)

    expect(recordedEvents(read(line))).toHaveLength(1)
  })
})

describe('a session', () => {
  it('is the same, whether it is read at once or not (P17)', () => {
    fc.assert(
      fc.property(sessionData, ({ session, events }) => {
        const text = linesOf({ ...session, id: ID }, ...events)

        expect(endOf(text, LAZY)).toEqual(endOf(text, EAGER))
      }),
    )
  })

  it('is the same when its journal is damaged (P18)', () => {
    const text =
      HEADER + linesOf(WHOLE, { ...START, seq: 8 }, { ...END_OF_CALL, seq: 8, done: 6 }) + END
    const put = fc.oneof(
      fc.constantFrom('', '"', '}', '{', ',', '\n', '\\', '0', '1', ':', '[', ']', '"a":1,', '\0'),
      fc.string({ unit: 'binary', maxLength: 3 }),
    )
    fc.assert(
      fc.property(
        fc.nat({ max: text.length }),
        fc.nat({ max: 3 }),
        put,
        (at, length, replacement) => {
          const damaged = text.slice(0, at) + replacement + text.slice(at + length)

          expect(endOf(damaged, LAZY)).toEqual(endOf(damaged, EAGER))
        },
      ),
      { numRuns: 3000 },
    )
  })
})
