import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encoded, sessionData } from '../../test/session-data.ts'
import { parseCassette, serializeCassette, type SerializeOptions } from './cassette-file.ts'
import { isRetakeError } from '../errors.ts'
import type { Encoded, EventRecord, SessionData } from '../event.ts'
import { sha256 } from '../hash.ts'
import { endRecord, eventRecord, sessionRecord } from '../records.ts'

const LONG = 'A message that is long enough to be worth a reference. '.repeat(6)

function session(...events: readonly EventRecord[]): SessionData {
  return { session: sessionRecord(), events, end: endRecord() }
}

function call(seq: number, request: Encoded, value: Encoded = `answer ${seq}`): EventRecord {
  return eventRecord(seq, { request, outcome: { value }, done: seq, fp: `f${seq}`, ms: 1.5 })
}

function write(data: SessionData, options?: SerializeOptions) {
  const { text, blobs } = serializeCassette(data, options)
  return { text, blobs, json: JSON.parse(text), read: () => parseCassette(text, readFrom(blobs)) }
}

function readFrom(blobs: ReadonlyMap<string, Uint8Array>) {
  return (name: string) => {
    const bytes = blobs.get(name)
    if (bytes === undefined) throw new Error('ENOENT')
    return bytes
  }
}

function rewritten(data: SessionData, options?: SerializeOptions) {
  return write(write(data, options).read(), options)
}

function requestsOf({ events }: SessionData) {
  return events.map(({ request }) => request)
}

function faultOf(text: string, readBlob = readFrom(new Map())): string {
  try {
    parseCassette(text, readBlob)
  } catch (error) {
    if (isRetakeError(error)) return `${String(error.data.reason)}: ${error.message}`
    throw error
  }
  return 'none'
}

function edited(change: (file: Record<string, unknown>) => void): string {
  const file = JSON.parse(serializeCassette(session(call(1, 'R'))).text)
  change(file)
  return JSON.stringify(file)
}

describe('serializeCassette', () => {
  it('gives an empty diff below the header when the same answers are recorded again', () => {
    const first = session(call(1, { n: 1 }), { ...call(2, { n: 2 }), writer: 'mj3x1f' })
    const second: SessionData = {
      session: {
        ...first.session,
        id: 'another-one',
        startedAt: '2030-01-01T00:00:00.000Z',
        seed: 9,
      },
      events: first.events.map((event) => ({
        ...event,
        id: 'another-id',
        startedAt: '2030-01-01T00:00:01.000Z',
        ms: 99,
        ...(event.writer && { writer: 'zz9999' }),
      })),
    }

    const below = (data: SessionData) => write(data).text.split('\n  "parts"')[1]

    expect(below(second)).toBe(below(first))
    expect(write(second).text).not.toBe(write(first).text)
  })

  it('writes fields in a fixed order, and those it does not know after them', () => {
    const event = { later: 1, ...call(1, 'R') }
    const turned = Object.fromEntries(Object.entries(event).toReversed()) as unknown as EventRecord

    const { json, text } = write(session(turned))

    expect(Object.keys(json)).toEqual(['format', 'v', 'minReader', 'session', 'parts', 'entries'])
    expect(Object.keys(json.entries[0]).join(' ')).toBe(
      'seq done kind name path ord fp state request outcome later',
    )
    expect(text.endsWith('}\n')).toBe(true)
  })

  it('leaves times out, unless they are asked for', () => {
    const event = eventRecord(1, {
      ms: 5,
      outcome: { stream: { parts: ['a'], end: 'complete', ms: [1] } },
    })

    expect(write(session(event)).read().events[0]).toEqual({
      ...event,
      id: expect.any(String),
      startedAt: expect.any(String),
      ms: undefined,
      outcome: { stream: { parts: ['a'], end: 'complete' } },
    })
    expect(write(session(event), { keepTimings: true }).read().events[0]).toEqual({
      ...event,
      id: expect.any(String),
    })
  })

  it('makes a cassette that never expires', () => {
    const { session: header, ...data } = session()

    const { session: read } = write({
      ...data,
      session: { ...header, expiresAt: '2026-02-01T00:00:00.000Z' },
    }).read()

    expect(read).toEqual(header)
  })

  it('stores messages that come again once, in the order of their first use', () => {
    const [first, second] = ['first', 'second'].map((name) => ({
      role: 'user',
      content: name + LONG,
    }))
    const messages = [first, second, { role: 'user', content: 'short' }] as Encoded[]
    const data = session(
      ...[1, 2, 3].map((count) =>
        call(count, { messages: messages.slice(0, count), system: LONG }),
      ),
    )

    const { json, text, read } = write(data)

    expect(Object.values(json.parts)).toEqual([first, LONG, second])
    expect(json.entries[2].request.messages[0]).toEqual({ $part: Object.keys(json.parts)[0] })
    expect(text.split(LONG)).toHaveLength(4)
    expect(requestsOf(read())).toEqual(requestsOf(data))
  })

  it('leaves alone what comes once, is short, or is in answers', () => {
    const answer = { role: 'assistant', content: LONG }
    const data = session(call(1, [{ a: LONG }], [answer]), call(2, [{ b: 'short' }], [answer]))

    expect(write(data).json.parts).toEqual({})
  })

  it('moves long strings, bytes and vectors into blobs', () => {
    const text = 'é'.repeat(40_000)
    const bytes = { $rt: 'bytes', type: 'Buffer', v: Buffer.alloc(3000, 7).toString('base64') }
    const vector = Array.from({ length: 1536 }, (_, index) => index / 7)
    const data = session(call(1, { text, again: text, bytes, small: 'x'.repeat(65_536) }, [vector]))

    const { json, blobs, read } = write(data)

    const { request, outcome } = json.entries[0]
    expect(request.text).toEqual({ $blob: sha256(text), bytes: 80_000, as: 'text' })
    expect(request.bytes.v).toMatchObject({ bytes: 3000, as: 'base64' })
    expect(outcome.value).toMatchObject({ as: 'json' })
    expect(request.small).toHaveLength(65_536)
    expect([...blobs].every(([name, content]) => sha256(content) === name)).toBe(true)
    expect(blobs.size).toBe(3)
    expect(read().events[0]).toMatchObject({
      request: data.events[0]?.request,
      outcome: { value: [vector] },
    })
  })

  it('keeps strings that UTF-8 has no form for, and bytes in another base64', () => {
    const odd = { $rt: 'bytes', v: `${'_-'.repeat(1000)}=` }
    const data = session(call(1, { lone: '\ud800'.repeat(40_000), odd }))

    expect(requestsOf(write(data).read())).toEqual(requestsOf(data))
  })

  it('moves what is large in the header, too', () => {
    const { session: header, ...data } = session()
    const request = { method: 'POST', url: '/', headers: {}, body: 'x'.repeat(70_000) }

    const { json, read } = write({ ...data, session: { ...header, request } })

    expect(json.session.request.body).toHaveProperty('$blob')
    expect(read().session.request).toEqual(request)
  })

  it('keeps data that looks like a reference', () => {
    const request = {
      $part: 'P',
      $$part: 1,
      $blob: { $blob: sha256('') },
      list: [{ $part: LONG }, { $part: LONG }],
    }
    const data = session(call(1, request, { $blob: '../../etc/passwd' }), call(2, request))

    const { events } = write(data).read()

    expect(requestsOf({ ...data, events })).toEqual(requestsOf(data))
    expect(events[0]?.outcome).toEqual(data.events[0]?.outcome)
  })

  it('refuses what could not be read back', () => {
    const deep = JSON.parse('['.repeat(600) + ']'.repeat(600))

    expect(() => write(session(call(1, deep)))).toThrow(/deeper than/)
  })
})

describe('parseCassette', () => {
  it('gives back the session, with ids and times that follow from the file', () => {
    const data = session(
      call(1, 'R'),
      eventRecord(2, { kind: 'decision', parent: 1, attributes: { chosen: 'a' } }),
    )

    const read = write(data).read()

    expect(read.session).toEqual(data.session)
    expect(read.end).toEqual(data.end)
    expect(read.events).toEqual(
      data.events.map((event, index) => ({
        ...event,
        id: `${data.session.id}:${index + 1}`,
        startedAt: data.session.startedAt,
        ms: undefined,
      })),
    )
  })

  it('reads a file of a later version that says we can', () => {
    const text = edited((file) => Object.assign(file, { v: 7, minReader: 1, features: ['x'] }))

    expect(parseCassette(text, readFrom(new Map()))).toMatchObject({ features: ['x'] })
  })

  it.each<[string, RegExp]>([
    [
      edited((file) => Object.assign(file, { v: 2, minReader: 2 })),
      /^version: .*reader of version 2.*Update Retake/,
    ],
    [edited((file) => Object.assign(file, { v: 0 })), /^format: .*version 0/],
    [edited((file) => Object.assign(file, { v: '1' })), /^format: .*whole numbers/],
    [edited((file) => Object.assign(file, { format: 'har' })), /^format: /],
    [edited((file) => Object.assign(file, { entries: {} })), /^format: /],
    [edited((file) => Object.assign(file, { entries: [null] })), /^format: /],
    [edited((file) => Object.assign(file, { session: { id: 1 } })), /^entry: .*the header/],
    [edited((file) => Object.assign(file.session as object, { end: 1 })), /^entry: .*the end/],
    [
      edited((file) => Object.assign(file, { entries: [{ seq: 1 }] })),
      /^entry: .*in entry 1, state must/,
    ],
    [
      edited((file) => (file.entries as object[]).push((file.entries as object[])[0] ?? {})),
      /^entry: .*seq 1 comes after seq 1/,
    ],
    ['', /^json: /],
    ['[]', /^format: /],
    [`{\n<<<<<<< ours\n}`, /^conflict: .*Take one side/],
    ['['.repeat(1_000_000), /^depth: /],
  ])('refuses a file that is not a cassette of ours, and says what to do: %#', (text, fault) => {
    expect(faultOf(text)).toMatch(fault)
  })

  it.each<[Encoded, RegExp]>([
    [{ $part: 'unknown' }, /^entry: .*part/],
    [{ $part: '__proto__' }, /^entry: .*part/],
    [{ $part: 'loop' }, /^entry: .*refers to a part/],
    [{ $part: 1 }, /^entry: .*part/],
    [{ $blob: '../../../etc/passwd', as: 'text' }, /^blob: .*not a SHA-256/],
    [{ $blob: 'A'.repeat(64), as: 'text' }, /^blob: .*not a SHA-256/],
    [{ $blob: sha256('missing'), as: 'text' }, /^blob: .*not there/],
    [{ $blob: sha256('changed'), as: 'text' }, /^blob: .*another hash/],
    [{ $blob: sha256('[1'), as: 'json' }, /^blob: /],
    [{ $blob: sha256('[1'), as: 'toString' }, /^blob: /],
  ])('refuses a reference that leads nowhere: %j', (reference, fault) => {
    const blobs = new Map([
      [sha256('changed'), Buffer.from('tampered')],
      [sha256('[1'), Buffer.from('[1')],
    ])
    const text = edited((file) => {
      Object.assign((file.entries as object[])[0] ?? {}, { request: reference })
      Object.assign(file, { parts: { loop: [{ $part: 'loop' }] } })
    })

    expect(faultOf(text, readFrom(blobs))).toMatch(fault)
  })

  it('asks only for blobs that a file could have', () => {
    const asked: string[] = []
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom('..', '/', '../x', 'a/b')), (name) => {
        const text = edited((file) =>
          Object.assign(file, { session: { metadata: { $blob: name, as: 'text' } } }),
        )
        expect(faultOf(text, (sha) => (asked.push(sha), Buffer.alloc(0)))).toMatch(/^blob: /)
      }),
    )
    expect(asked.filter((name) => !/^[0-9a-f]{64}$/.test(name))).toEqual([])
  })

  it('does not let a small file stand for an endless session', () => {
    const parts = { bomb: 'x'.repeat(1_000_000) }
    const request = Array.from({ length: 300 }, () => ({ $part: 'bomb' }))
    const text = edited((file) =>
      Object.assign(file, { parts, entries: [{ ...(file.entries as object[])[0], request }] }),
    )

    expect(faultOf(text)).toMatch(/^size: /)
  })

  it('never fails in another way than with its own error (P18)', () => {
    const { text } = write(session(call(1, [LONG]), call(2, { deep: [{ a: LONG }] })))
    const garbage = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.constantFrom('"$part":', '[', '"__proto__":'),
    )
    fc.assert(
      fc.property(fc.nat({ max: text.length }), fc.nat({ max: 20 }), garbage, (at, length, put) => {
        const damaged = text.slice(0, at) + put + text.slice(at + length)
        expect(() => faultOf(damaged)).not.toThrow()
      }),
      { numRuns: 1000 },
    )
  })
})

describe('a cassette that is read and written again (P17)', () => {
  it('is the same, byte for byte', () => {
    fc.assert(
      fc.property(sessionData, fc.boolean(), (data, keepTimings) => {
        const options = { keepTimings, blobBytes: 1000 }
        const { text, blobs } = write(data, options)
        const again = rewritten(data, options)

        expect(again.text).toBe(text)
        expect([...again.blobs.keys()]).toEqual([...blobs.keys()])
      }),
    )
  })

  it('holds the same requests, answers and fields that it does not know', () => {
    fc.assert(
      fc.property(sessionData, (data) => {
        const read = write(data).read()

        for (const [index, event] of data.events.entries()) {
          const { request, attributes, outcome } = read.events[index] ?? {}
          expect(JSON.stringify(request)).toBe(JSON.stringify(event.request))
          expect(isDeepStrictEqual(attributes, event.attributes)).toBe(true)
          expect(isDeepStrictEqual(outcome?.value, event.outcome?.value)).toBe(true)
          expect(Reflect.get(read.events[index] ?? {}, 'later')).toEqual(
            Reflect.get(event, 'later'),
          )
        }
        expect(isDeepStrictEqual(Reflect.get(read, 'later'), Reflect.get(data, 'later'))).toBe(true)
      }),
    )
  })

  it('keeps any value, wherever it is', () => {
    fc.assert(
      fc.property(encoded, encoded, (request, value) => {
        const data = session(call(1, [request, request], value), call(2, [request], value))

        const { events } = write(data, { blobBytes: 100 }).read()

        expect(JSON.stringify(requestsOf({ ...data, events }))).toBe(
          JSON.stringify(requestsOf(data)),
        )
        expect(JSON.stringify(events[0]?.outcome)).toBe(JSON.stringify({ value }))
      }),
    )
  })
})
