import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sessionData } from '../../test/session-data.ts'
import { isRetakeError } from '../errors.ts'
import type { JournalRecord, SessionData } from '../event.ts'
import { formatRecord, type JournalFile, readJournals } from './journal.ts'
import { JOURNAL_LIMITS } from './journal-lines.ts'
import { endRecord, eventRecord, sessionRecord } from '../records.ts'

const ID = 'session-1'
const HEADER = sessionRecord({ id: ID })

function lines(...records: readonly object[]): string {
  return records.map((record) => formatRecord(record as JournalRecord)).join('')
}

function read(...files: readonly (string | JournalFile)[]): SessionData {
  return readJournals(
    files.map((file) => (typeof file === 'string' ? { text: file } : file)),
    ID,
  )
}

function faultOf(text: string, limits = JOURNAL_LIMITS): { message: string; data: object } {
  try {
    readJournals([{ text }], ID, limits)
  } catch (error) {
    if (isRetakeError(error)) return { message: error.message, data: error.data }
    throw error
  }
  throw new Error('The journal was read.')
}

function attempt(text: string): unknown {
  try {
    read(text)
    return 'read'
  } catch (error) {
    return isRetakeError(error) ? error.code : error
  }
}

describe('formatRecord', () => {
  it('writes one line, whatever is in it', () => {
    const line = formatRecord(eventRecord(1, { request: 'a\nb\r\u2028\u2029\0\ud800' }))

    expect(line.match(/[\n\r]/g)).toEqual(['\n'])
    expect(line.endsWith('}\n')).toBe(true)
  })

  it('refuses what could not be read back, without repeating it', () => {
    const deep = JSON.parse('['.repeat(600) + '"SECRET"' + ']'.repeat(600))
    const limits = { ...JOURNAL_LIMITS, record: { ...JOURNAL_LIMITS.record, maxChars: 100 } }

    expect(() => formatRecord(eventRecord(1, { request: deep }))).toThrow(/deeper than 500 levels/)
    expect(() => formatRecord(eventRecord(1), limits)).toThrow(/longer than 100 characters/)
    expect(() => formatRecord(eventRecord(1, { costUsd: Number.NaN }))).toThrow(/costUsd must be/)
    expect(() => formatRecord(eventRecord(1, { request: deep }))).not.toThrow(/SECRET/)
  })

  it('writes nothing that its reader refuses', () => {
    fc.assert(
      fc.property(sessionData, ({ session, events }) => {
        const { events: found } = read(lines(session, ...events))
        expect(found).toHaveLength(events.length)
      }),
    )
  })
})

describe('readJournals', () => {
  it('drops a last line that was cut off, with or without an end', () => {
    const text = lines(HEADER, eventRecord(1))

    expect(read(`${text}{"type":"ev`).events).toHaveLength(1)
    expect(read(`${text}{"type":"ev\n`).events).toHaveLength(1)
    expect(read(text.trimEnd()).events).toHaveLength(1)
  })

  it('drops a line in the middle that was cut off, when an empty line says so', () => {
    const text = lines(HEADER, eventRecord(1))

    expect(read(`${text}{"type":"ev\n\n${lines(eventRecord(3))}`).events).toHaveLength(2)
    expect(read(`${text}{"ty\n\n{"type"\n\n\n\n${lines(eventRecord(3))}{"t`).events).toHaveLength(2)
  })

  it('reads files that an editor has given other line ends, and a byte order mark', () => {
    expect(read(lines(HEADER, eventRecord(1)).replaceAll('\n', '\r\n')).events).toHaveLength(1)
  })

  it('names the file and the line of what is corrupt, and the way out', () => {
    const text = `${lines(HEADER)}{"type":"event","SECRET\n${lines(eventRecord(2))}`

    const { message, data } = faultOf(text)

    expect(message).toBe(
      'Session "session-1" cannot be read: session-1.jsonl, line 2, is not valid JSON. Remove it and record it again.',
    )
    expect(data).toEqual({ sessionId: ID, file: 'session-1.jsonl', line: 2, reason: 'json' })
  })

  it.each([
    ['header', lines(eventRecord(1))],
    ['header', lines({ ...HEADER, id: 'another-one' })],
    ['header', lines(HEADER, HEADER)],
    ['header', ''],
    ['header', '\n\n'],
    ['header', lines(HEADER).slice(0, 20)],
    ['version', `{"v":2,"type":"session"}\n`],
    ['record', lines(HEADER) + '{"type":"event","seq":"1"}\n'],
    ['record', lines(HEADER) + '42\n'],
    ['record', lines(HEADER) + 'null\n'],
    ['depth', lines(HEADER) + '['.repeat(100_000)],
    ['depth', lines(HEADER) + '{"a":'.repeat(1000) + '1' + '}'.repeat(1000)],
  ])('refuses a journal for its %s', (reason, text) => {
    expect(faultOf(text).data).toMatchObject({ sessionId: ID, reason })
  })

  it('says that a newer format needs a newer version', () => {
    expect(faultOf(`{"v":2,"type":"session"}\n`).message).toMatch(
      /newer version \(format 2\). Update/,
    )
  })

  it('bounds lines and sessions', () => {
    const record = { ...JOURNAL_LIMITS.record, maxChars: 500 }
    const text = lines(HEADER, eventRecord(1, { request: 'x'.repeat(500) }))

    expect(faultOf(text, { ...JOURNAL_LIMITS, record }).data).toMatchObject({
      reason: 'size',
      line: 2,
    })
    expect(faultOf(text, { ...JOURNAL_LIMITS, maxChars: 500 }).data).toMatchObject({
      reason: 'size',
    })
  })

  it('merges the files of several writers, the one without a writer first', () => {
    const child = { ...HEADER, service: 'child', startedAt: '2020-01-01T00:00:00.000Z' }
    const files = [
      { writer: 'b', text: lines(child, eventRecord(1, { name: 'b' })) },
      { text: lines({ ...HEADER, service: 'parent' }, eventRecord(2), eventRecord(1)) },
      {
        writer: 'a',
        text: lines(child, { type: 'update', goal: 'G' }, eventRecord(1, { name: 'a' })),
      },
    ]

    const { session, events, end } = read(...files)

    expect(session).toEqual({ ...HEADER, service: 'parent', goal: 'G' })
    expect(events.map(({ writer, service, seq }) => [writer, service, seq])).toEqual([
      [undefined, 'parent', 1],
      [undefined, 'parent', 2],
      ['a', 'child', 1],
      ['b', 'child', 1],
    ])
    expect(end).toBeUndefined()
  })

  it('takes the end of the process that opened the session, and of no other', () => {
    const other = { writer: 'a', text: lines(HEADER, endRecord({ endState: 'failure' })) }

    expect(read(lines(HEADER), other).end).toBeUndefined()
    expect(read(lines(HEADER, endRecord()), other).end).toEqual(endRecord())
  })

  it('reads on when another writer died before its header was whole', () => {
    const { events } = read(lines(HEADER, eventRecord(1)), { writer: 'a', text: '{"v":1,"ty' })

    expect(events).toEqual([expect.not.objectContaining({ writer: 'a' })])
  })

  it('does not let an update change what a session is', () => {
    const update = {
      type: 'update',
      id: 'another-one',
      v: 9,
      seed: 9,
      startedAt: 'never',
      later: 1,
    }

    expect(read(lines(HEADER, update)).session).toEqual({ ...HEADER, later: 1 })
  })

  it('keeps hostile keys as data', () => {
    const hostile = '{"type":"update","metadata":{"a":1},"__proto__":{"polluted":1}}\n'

    const { session } = read(lines(HEADER) + hostile)

    expect(Reflect.get({}, 'polluted')).toBeUndefined()
    expect(Object.getPrototypeOf(session)).toBe(Object.prototype)
    expect(Object.hasOwn(session, '__proto__')).toBe(true)
  })
})

describe('a journal cut off anywhere (P16)', () => {
  it('reads as a prefix, once the header is whole', () => {
    const records = [
      eventRecord(1, { state: 'pending', request: { text: 'é😀 "quoted" \\ \n' } }),
      { type: 'event', seq: 1, state: 'ok', done: 1 },
      { type: 'update', name: 'later' },
      eventRecord(2),
      endRecord(),
    ]
    const text = lines(HEADER, ...records)
    const header = lines(HEADER).length - 1
    let before = 0

    for (let length = 0; length < header; length++) {
      expect(faultOf(text.slice(0, length)).data).toMatchObject({ reason: 'header' })
    }
    for (let length = header; length <= text.length; length++) {
      const { events, end } = read(text.slice(0, length))
      const known = events.length + (events[0]?.done ?? 0) + (end ? 1 : 0)
      expect(known).toBeGreaterThanOrEqual(before)
      before = known
    }
    expect(before).toBe(4)
  })

  it('loses only what failed writes have cut off', () => {
    const write = fc.record({ cut: fc.option(fc.nat({ max: 60 }), { nil: undefined }) })
    fc.assert(
      fc.property(fc.array(write, { maxLength: 20 }), (writes) => {
        let text = lines(HEADER)
        let isTorn = false
        const whole: number[] = []
        for (const [index, { cut }] of writes.entries()) {
          const bytes = (isTorn ? '\n\n' : '') + lines(eventRecord(index + 1))
          text += bytes.slice(0, cut)
          if (cut === undefined) whole.push(index + 1)
          isTorn = cut === undefined ? false : isTorn || cut > 0
        }

        expect(read(text).events.map(({ seq }) => seq)).toEqual(whole)
      }),
    )
  })

  it('never fails in another way than with its own error (P18)', () => {
    const text = lines(HEADER, eventRecord(1), endRecord())
    const garbage = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.constantFrom('\n', '[', '{"a":'),
    )
    fc.assert(
      fc.property(fc.nat({ max: text.length }), fc.nat({ max: 9 }), garbage, (at, length, put) => {
        const damaged = text.slice(0, at) + put + text.slice(at + length)
        expect(['read', 'REPLAY_INVALID_SESSION']).toContain(attempt(damaged))
      }),
      { numRuns: 1000 },
    )
  })
})
