import { describe, expect, it } from 'vitest'
import { createCassette } from './cassette.ts'
import { type EventRecord, type SessionData, placeOf } from '@retake/format'
import type { CallQuery } from './entry.ts'

function eventOf(seq: number, changes: Partial<EventRecord> = {}): EventRecord {
  return {
    type: 'event',
    id: `event-${seq}`,
    seq,
    done: seq,
    kind: 'llm',
    name: 'model',
    path: '',
    ord: seq - 1,
    fp: `fp${seq}`,
    startedAt: '2026-01-01T00:00:00.000Z',
    state: 'ok',
    request: { prompt: `question number ${seq} about whales` },
    outcome: { value: seq },
    ...changes,
  }
}

function sessionOf(...events: EventRecord[]): SessionData {
  return {
    session: {
      v: 1,
      type: 'session',
      id: 'session-1',
      startedAt: '2026-01-01T00:00:00.000Z',
      capture: 'redacted',
      seed: 1,
    },
    events,
  }
}

function queryOf({ kind, name, path, ord, fp = '', op, key, request }: EventRecord): CallQuery {
  const place = placeOf(path)
  return { kind, name, path, place, ord, op, key, request, fp: () => fp, text: () => '' }
}

describe('the calls of one hop', () => {
  const own = eventOf(1, { service: 'front' })
  const first = eventOf(1, { service: 'facts', hop: 'a', outcome: { value: 'a' } })
  const second = eventOf(1, { service: 'facts', hop: 'b', outcome: { value: 'b' } })
  const session = sessionOf(own, first, second)
  const answers = (options: { service: string; hop?: string }) =>
    createCassette(session, options).entries.map(({ event }) => event)

  it('are those that are replayed, however alike the others are', () => {
    expect(answers({ service: 'facts', hop: 'a' })).toEqual([first])
    expect(answers({ service: 'facts', hop: 'b' })).toEqual([second])
    expect(answers({ service: 'facts', hop: 'c' })).toEqual([])
    expect(answers({ service: 'front' })).toEqual([own])
  })

  it('are all of its service where none is named', () => {
    expect(answers({ service: 'facts' })).toEqual([first, second])
  })

  it('are none of who has asked for them and called nothing', () => {
    const { session: header } = sessionOf()
    const opened = { session: { ...header, service: 'facts' }, events: [first, second] }

    expect(createCassette(sessionOf(first), { service: 'front' }).entries).toEqual([])
    expect(createCassette(opened, { service: 'facts' }).entries).toEqual([])
  })
})

describe('createCassette', () => {
  it('takes an entry once', () => {
    const event = eventOf(1)
    const cassette = createCassette(sessionOf(event))

    expect(cassette.take(queryOf(event), 'strict')).toMatchObject({
      tier: 'exact',
      entry: { event },
    })
    expect(cassette.take(queryOf(event), 'strict')).toBeUndefined()
  })

  it('prefers the same sibling among equal requests, and else the earliest', () => {
    const [first, second] = [eventOf(1, { fp: 'same' }), eventOf(2, { fp: 'same' })]
    const cassette = createCassette(sessionOf(first, second))

    expect(cassette.take({ ...queryOf(second), ord: 1 }, 'strict')?.entry.event.seq).toBe(2)
    expect(cassette.take({ ...queryOf(second), ord: 9 }, 'strict')?.entry.event.seq).toBe(1)
  })

  it('gives no call the next entry that is none of its own', () => {
    const event = eventOf(1, { op: 'generate' })
    const others = [{ op: 'stream' }, { name: 'other' }, { kind: 'tool' }] as const

    for (const other of others) {
      const cassette = createCassette(sessionOf(event))
      expect(cassette.take({ ...queryOf(event), ...other }, 'strict')).toBeUndefined()
    }
    const elsewhere = { ...queryOf(event), path: 'elsewhere' }
    expect(createCassette(sessionOf(event)).take(elsewhere, 'strict')?.tier).toBe('reordered')
  })

  it('tells equal siblings apart by a key from recorded data', () => {
    const calls = ['call_a', 'call_b'].map((key, index) => eventOf(index + 1, { fp: 'same', key }))
    const cassette = createCassette(sessionOf(...calls))

    const found = cassette.take({ ...queryOf(calls[0]!), key: 'call_b', ord: 0 }, 'strict')

    expect(found?.entry.event.key).toBe('call_b')
  })

  it.each([
    ['exact', 'a#0', 'a#0'],
    ['reordered', 'a#0', 'a#1'],
    ['relocated', 'a#0', 'b#0'],
  ])('finds an equal request as %s', (tier, recorded, now) => {
    const event = eventOf(1, { path: recorded })
    const cassette = createCassette(sessionOf(event))

    const query = { ...queryOf(event), path: now, place: placeOf(now) }

    expect(cassette.take(query, 'strict')?.tier).toBe(tier)
  })

  it('serves an edited request at the same place in lenient only', () => {
    const event = eventOf(1)
    const edited = {
      ...queryOf(event),
      fp: () => 'other',
      request: { prompt: 'question number 1 about seals' },
    }

    expect(createCassette(sessionOf(event)).take(edited, 'strict')).toBeUndefined()
    expect(createCassette(sessionOf(event)).take(edited, 'lenient')?.tier).toBe('drifted')
  })

  it('takes the nearest sibling for an edited request', () => {
    const cassette = createCassette(sessionOf(eventOf(1), eventOf(2), eventOf(3)))
    const edited = { ...queryOf(eventOf(2)), fp: () => 'other' }

    expect(cassette.take(edited, 'lenient')?.entry.event.seq).toBe(2)
  })

  it('serves by position whatever is asked, and says when it differs', () => {
    const cassette = createCassette(sessionOf(eventOf(1), eventOf(2)))

    expect(cassette.take({ ...queryOf(eventOf(1)), fp: () => 'other' }, 'position')).toMatchObject({
      tier: 'position',
      entry: { event: { seq: 1 } },
    })
    expect(cassette.take(queryOf(eventOf(2)), 'position')?.tier).toBe('exact')
  })

  it('never serves a stream for a value', () => {
    const event = eventOf(1, { op: 'stream' })
    const cassette = createCassette(sessionOf(event))

    expect(cassette.take({ ...queryOf(event), op: 'generate' }, 'position')).toBeUndefined()
  })

  it('covers all that was recorded beneath a served call', () => {
    const tool = eventOf(1, { kind: 'tool' })
    const span = eventOf(2, { kind: 'chain', fp: undefined, parent: 1 })
    const nested = eventOf(3, { parent: 2 })
    const cassette = createCassette(sessionOf(tool, span, nested, eventOf(4)))

    const { entry } = cassette.take(queryOf(tool), 'strict')!
    const covered = cassette.cover(entry)

    expect(covered.map(({ event }) => event.seq)).toEqual([3])
    expect(cassette.leftovers().map(({ event }) => event.seq)).toEqual([4])
  })

  it('leaves nothing over that was pending', () => {
    const cassette = createCassette(sessionOf(eventOf(1, { state: 'pending', outcome: undefined })))

    expect(cassette.leftovers()).toEqual([])
  })

  it('misses a call that was cut off, and gives it no equal call for that', () => {
    const cutOff = eventOf(1, { fp: 'same', state: 'pending', outcome: undefined })
    const other = eventOf(2, { fp: 'same' })
    const cassette = createCassette(sessionOf(cutOff, other))

    expect(cassette.take(queryOf(cutOff), 'strict')).toBeUndefined()
    expect(cassette.take(queryOf(other), 'strict')?.entry.event.seq).toBe(2)
  })

  it('serves only up to the cut of a fork', () => {
    const cassette = createCassette(sessionOf(eventOf(1), eventOf(2)), { until: 1 })

    expect(cassette.take(queryOf(eventOf(2)), 'strict')).toBeUndefined()
    expect(cassette.leftovers().map(({ event }) => event.seq)).toEqual([1])
  })

  it('holds only the calls of its own service', () => {
    const [mine, theirs] = [eventOf(1, { service: 'a' }), eventOf(2, { service: 'b' })]

    const cassette = createCassette(sessionOf(mine, theirs), { service: 'b' })

    expect(cassette.entries.map(({ event }) => event.service)).toEqual(['b'])
  })

  it('finds what is nearest, unused entries first', () => {
    const cassette = createCassette(sessionOf(eventOf(1), eventOf(2), eventOf(3, { kind: 'tool' })))
    cassette.take(queryOf(eventOf(1)), 'strict')

    const near = cassette.nearest({ ...queryOf(eventOf(2)), fp: () => 'other' }, 5)

    expect(near.map(({ entry }) => entry.event.seq)).toEqual([2, 1])
    expect(near[0]?.likeness).toBe(1)
  })

  it('looks a call up in the same time however many there are', () => {
    const events = Array.from({ length: 5_000 }, (_, index) => eventOf(index + 1, { fp: 'same' }))
    const cassette = createCassette(sessionOf(...events))

    const taken = events.map((event) => cassette.take(queryOf(event), 'strict')?.entry.event.seq)

    expect(taken).toEqual(events.map(({ seq }) => seq))
  })
})
