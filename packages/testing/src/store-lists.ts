import assert from 'node:assert/strict'
import { isRetakeError, type SessionRecord } from '@retake/format'
import { type ListOptions, type LogRecord, type Store, writeSession } from '@retake/store'
import { ALL, FOUND, idsOf, INBOUND, writeSessions } from './listed-sessions.ts'
import { endRecord, eventRecord, sessionRecord } from '@retake/format/records'

const LONG = 'words and '.repeat(100)

const REFUSED: readonly ListOptions[] = [
  { since: 'yesterday' },
  { until: '' },
  { limit: -1 },
  { limit: Number.NaN },
  { minCostUsd: Number.NaN },
]

/** What stores have in common in listing sessions. */
export const LISTS: Readonly<Record<string, (store: Store) => Promise<void>>> = {
  async 'lists the newest sessions first, up to the limit'(store) {
    writeSessions(store)

    const all = await store.list()
    const newest = await store.list({ limit: 2 })

    assert.deepEqual(idsOf(all), ALL)
    assert.deepEqual(newest, all.slice(0, 2))
    assert.deepEqual(await store.list({ limit: 0 }), [])
  },

  async 'lists a hundred sessions, or as many as are asked for'(store) {
    for (let session = 0; session < 103; session++) writeSession(store, sessionRecord())

    assert.equal((await store.list()).length, 100)
    assert.equal((await store.list({ limit: Number.POSITIVE_INFINITY })).length, 103)
  },

  async 'lists what a session is about, and how it went'(store) {
    const startedAt = '2026-01-01T00:00:00.000Z'
    const about: Partial<SessionRecord> = {
      name: 'N',
      agent: 'A',
      goal: 'G',
      service: 'S',
      capture: 'full',
      replayOf: 'another-session',
      parent: { session: 'the-parent', forkAt: 3 },
      expiresAt: '2026-02-01T00:00:00.000Z',
    }
    const session = sessionRecord({ startedAt, ...about })
    const request = { ...INBOUND, headers: { accept: '*/*' }, body: { essay: 'E' } }
    const end = endRecord({ endReason: 'done', late: 1 })

    writeSession(store, session, { type: 'update', tags: ['late'], request }, endRecord(), end)

    const { endState, endReason, endedAt, totals } = end
    const what = { id: session.id, startedAt, ...about, tags: ['late'] }
    const cause = { request: { method: 'POST', url: '/grade?class=4' }, input: '{"essay":"E"}' }
    const ending = { endState, endReason, endedAt, durationMs: 1000, totals, late: 1 }
    assert.deepEqual(await store.list(), [{ ...what, ...cause, ...ending }])
  },

  async 'lists a session without an end as indeterminate'(store) {
    const session = sessionRecord()

    writeSession(store, session, eventRecord(1))

    const { id, startedAt, capture } = session
    assert.deepEqual(await store.list(), [{ id, startedAt, capture, endState: 'indeterminate' }])
  },

  async 'lists a session as it is now, while it runs and when late work changes its end'(store) {
    const log = store.open(sessionRecord())
    const now = async () => {
      const [summary] = await store.list({ text: '-' })
      return [summary?.endState, summary?.endedAt !== undefined, summary?.tags]
    }
    assert.deepEqual(await now(), ['indeterminate', false, undefined])

    log.append({ type: 'update', tags: ['new'] })
    assert.deepEqual(await now(), ['indeterminate', false, ['new']])

    log.append(endRecord())
    log.close()
    assert.deepEqual(await now(), ['success', true, ['new']])

    log.append(endRecord({ endState: 'failure' }))
    assert.deepEqual(await now(), ['failure', true, ['new']])
  },

  async 'lists a session of several writers once, as the one that opened it tells'(store) {
    const session = sessionRecord({ name: 'outer', service: 'front' })
    const log = store.open(session)
    const inner: SessionRecord = {
      ...session,
      name: 'inner',
      service: 'back',
      hop: '0123456789abcdef',
    }
    const answered = { type: 'update', tags: ['inner'], request: INBOUND } as const
    writeSession(store, inner, answered, endRecord({ endState: 'failure' }))
    log.append(endRecord())
    log.close()

    const listed = await store.list()

    const told = listed.map(({ name, service, endState, tags, request }) => ({
      name,
      service,
      endState,
      tags,
      request,
    }))
    const { name, service } = session
    assert.deepEqual(told, [
      { name, service, endState: 'success', tags: ['inner'], request: undefined },
    ])
  },

  async 'lists the beginning of what came in'(store) {
    const pair = '😀'.repeat(150)
    const sessions: [Partial<SessionRecord>, ...LogRecord[]][] = [
      [{ request: { ...INBOUND, body: 'a text' } }, eventRecord(1, { request: 'asked' })],
      [
        { request: INBOUND },
        eventRecord(1, { kind: 'message' }),
        eventRecord(2, { request: { ask: 1 } }),
      ],
      [{ request: { ...INBOUND, body: { $rt: 'bytes', base64: 'AAAA' } } }],
      [{ request: { ...INBOUND, body: pair } }],
      [{}, eventRecord(1)],
    ]

    const inputs: (string | undefined)[] = []
    for (const [fields, ...records] of sessions) {
      const session = sessionRecord(fields)
      writeSession(store, session, ...records)
      const [summary] = await store.list({ text: session.id })
      inputs.push(summary?.input)
    }

    const [, , , clipped, ...others] = inputs
    assert.deepEqual(inputs.slice(0, 3), ['a text', '{"ask":1}', undefined])
    assert.equal(clipped?.isWellFormed() && clipped.length <= 200 && clipped.endsWith('😀…'), true)
    assert.deepEqual(others, [undefined])
  },

  async 'clips what may be long, and only that'(store) {
    const url = `/${LONG}`
    const session = sessionRecord({ name: LONG, goal: LONG, request: { ...INBOUND, url } })

    writeSession(store, session, eventRecord(1, { request: LONG }), endRecord({ endReason: LONG }))

    const [summary] = await store.list()
    const clipped = [summary?.goal, summary?.request?.url, summary?.input, summary?.endReason]
    assert.deepEqual(
      clipped.map((text) => text?.length),
      [200, 200, 200, 200],
    )
    assert.equal(summary?.name, LONG)
  },

  ...Object.fromEntries(
    Object.entries(FOUND).map(([name, cases]) => [
      `lists sessions by ${name}`,
      async (store: Store) => {
        writeSessions(store)
        for (const [wanted, found] of cases) {
          assert.deepEqual(idsOf(await store.list({ [name]: wanted })), found, `${name} ${wanted}`)
        }
      },
    ]),
  ),

  async 'lists sessions of which all holds that is asked for, and counts only those'(store) {
    writeSessions(store)

    const both = await store.list({ agent: 'grader', hasErrors: false })
    const oldest = await store.list({ agent: 'grader', endState: 'success', limit: 1 })

    assert.deepEqual([idsOf(both), idsOf(oldest)], [['cheap-success'], ['cheap-success']])
  },

  async 'refuses to list by what is no time and no number'(store) {
    for (const options of REFUSED) await assert.rejects(store.list(options), isRetakeError)
  },
}
