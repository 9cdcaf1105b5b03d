import assert from 'node:assert/strict'
import type { SessionData, ReplayReport } from '@retake/format'
import { createMemoryStore } from '@retake/store'
import { createRetake, type Retake, type Session, type ReplayOptions } from '@retake/core'
import type { CallAdapter } from './call-suite.ts'

/** A session that was recorded. */
export interface Recorded<T> {
  readonly id: string
  readonly value: T
  readonly data: SessionData
}

// Some SDKs leave a stream open that their app breaks off. Its session need not wait for it for long.
const DRAIN_MS = 200

/** An instance with an open gate that keeps sessions in memory. */
export function createTestRetake(): Retake {
  const environment = { RETAKE_REPLAY_ENABLED: '1' }
  return createRetake({ store: createMemoryStore(), environment, log: false, drainMs: DRAIN_MS })
}

/** Runs `body` as a session, and reads back what was recorded. */
export async function record<T>(retake: Retake, body: () => Promise<T>): Promise<Recorded<T>> {
  const opened: Session[] = []
  const value = await retake.session((session) => {
    opened.push(session)
    return body()
  })
  const [session] = opened
  assert.ok(session)
  await session.settled
  const data = await retake.store.load(session.id)
  assert.ok(data)
  return { id: session.id, value, data }
}

/** Replays a session, and gives its report besides. */
export async function replay<T>(
  retake: Retake,
  source: string | SessionData,
  body: () => Promise<T>,
  options?: ReplayOptions,
): Promise<{ readonly value: T; readonly report: ReplayReport }> {
  const opened: Session[] = []
  const value = await retake.replay(
    source,
    (session) => {
      opened.push(session)
      return body()
    },
    options,
  )
  const report = opened[0]?.report()
  assert.ok(report)
  return { value, report }
}

/** Records `body`, and replays it from the store and from JSON text: both give the same, without a call. */
export async function expectSameAgain(
  { calls }: CallAdapter,
  body: () => Promise<unknown>,
): Promise<SessionData> {
  const retake = createTestRetake()
  const { id, value, data } = await record(retake, body)
  const callsWhenRecorded = calls()
  assert.ok(callsWhenRecorded > 0, 'The adapter has made no call.')

  for (const source of [id, JSON.parse(JSON.stringify(data)) as SessionData]) {
    const replayed = await replay(retake, source, body)
    assert.deepEqual(replayed.value, value)
    assert.deepEqual(countsOf(replayed.report), { status: 'ok', inexact: 0, released: 0 })
    assert.equal(calls(), callsWhenRecorded)
  }
  return data
}

/** What `promise` fails with. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  return assert.fail('It should have failed.')
}

function countsOf({ status, served, exact, released }: ReplayReport): unknown {
  return { status, inexact: served - exact, released }
}
