import type { EventKind, MadeCall, ReplayReport, Session, Totals } from '@retake/core'
import { decode } from '@retake/core/cassette-file'
import type { Action } from './mode.ts'

/** The session of a running test: the fixture `session`. */
export interface TestSession {
  /** Its id. Empty in mode `off`. */
  readonly id: string
  readonly mode: Action
  /** Path of the test's cassette, whether it is there or not. */
  readonly cassette: string
  /** The calls made so far, in the order of their start, each with its request as it was made now, in stored form. */
  readonly calls: readonly MadeCall[]
  /** Sums so far. In a replay they are those of what was recorded. */
  readonly totals: Totals
  /** How the replay has gone so far. */
  report(): ReplayReport | undefined
  /** What calls of this kind, and of this name where one is given, have asked in this run. Never the recording. */
  requests(kind: EventKind, name?: string): readonly unknown[]
  /** The last one of them. */
  lastRequest(kind: EventKind, name?: string): unknown
}

/** A session that is told of what happens in it. */
export interface OpenTestSession extends TestSession {
  readonly calls: MadeCall[]
  /** Says in which session the test runs, once that is open. */
  attach(session: Session): void
}

const NOTHING: Totals = { events: 0, kinds: {}, errors: 0, usage: {}, costUsd: 0 }

const sessions = new WeakMap<object, TestSession>()

/** Makes the session of a test, for one run of it. */
export function openTestSession(test: object, mode: Action, cassette: string): OpenTestSession {
  const calls: MadeCall[] = []
  let session: Session | undefined

  function requests(kind: EventKind, name?: string): readonly unknown[] {
    return calls
      .filter((call) => call.kind === kind && (name === undefined || call.name === name))
      .map(({ request }) => (request === undefined ? undefined : decode(request)))
  }

  const opened: OpenTestSession = {
    mode,
    cassette,
    calls,
    get id() {
      return session?.id ?? ''
    },
    get totals() {
      return session?.totals() ?? NOTHING
    },
    report: () => session?.report(),
    requests,
    lastRequest: (kind, name) => requests(kind, name).at(-1),
    attach(opened) {
      session = opened
      byId.set(opened.id, this)
    },
  }
  sessions.set(test, opened)
  return opened
}

/** The session in which a test runs. */
export function sessionOf(test: object): TestSession | undefined {
  return sessions.get(test)
}

const byId = new Map<string, TestSession>()

/** The session of a test by its id, while the test runs. */
export function sessionById(id: string): TestSession | undefined {
  return byId.get(id)
}

/** The test is over. */
export function closeTestSession({ id }: TestSession): void {
  byId.delete(id)
}
