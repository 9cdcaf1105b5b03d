import type { EndState, UpdateRecord } from '../event.ts'
import type { ReplayReport } from '../replay/report.ts'
import { currentScope, rootFrame, type Scope } from './scope.ts'
import { append } from './append.ts'
import { guarded, retain, storedMetadata, whenSettled } from './session.ts'
import type { SessionState } from './session-state.ts'
import { noteEvent } from './span.ts'

/** A choice that an agent made. */
export interface Decision {
  readonly reasoning?: string
  readonly alternatives?: readonly unknown[]
  readonly chosen?: unknown
  /** From 0 to 1. */
  readonly confidence?: number
}

/** The session that code runs in. All of it is safe to call at any time, also when the session is over. */
export interface Session {
  readonly id: string
  readonly mode: 'capture' | 'replay'
  /** In a replay: the session that is replayed. */
  readonly replayOf?: string
  /** Notes a choice and why it was made. */
  decision(decision: Decision): void
  /** Notes how good something was, by the name of a measure. */
  score(name: string, value: number | boolean | string, comment?: string): void
  /** Notes a message of a conversation. */
  message(role: 'system' | 'user' | 'assistant' | 'tool', content: unknown): void
  /** Notes an error that the app handled itself. */
  error(error: unknown): void
  /** Notes anything else. */
  event(name: string, attributes?: Readonly<Record<string, unknown>>): void
  addTags(tags: readonly string[]): void
  setTags(tags: readonly string[]): void
  /** Adds to the metadata; a name that is there already is replaced. */
  setMetadata(metadata: Readonly<Record<string, unknown>>): void
  /** Keeps the session open until `promise` has settled: for work that goes on after the response. */
  waitUntil(promise: PromiseLike<unknown>): void
  /** Says how the session went. By default a session succeeds when its function, or its response, did. */
  end(state: EndState, reason?: string): void
  /** In a replay: how it has gone so far. */
  report(): ReplayReport | undefined
  /** Resolves when the session is over, nothing is pending, and its end is written. */
  readonly settled: Promise<void>
}

/** The handle of a session. There is one per session. */
export function sessionHandle(session: SessionState): Session {
  return (session.handle ??= createHandle(session))
}

function createHandle(session: SessionState): Session {
  const { record, config } = session

  // What is described wrongly must not break the app, so that all of it is looked at in here.
  function update(describe: () => Omit<UpdateRecord, 'type'>): void {
    guarded(session, () => {
      const changes = describe()
      session.changes = { ...session.changes, ...changes, type: 'update' }
      append(session, { type: 'update', ...changes })
    })
  }

  function setTags(tags: () => readonly string[]): void {
    update(() => ({ tags: [...new Set(tags())].map(config.redactor.text) }))
  }

  return {
    id: record.id,
    mode: session.replay ? 'replay' : 'capture',
    ...(record.replayOf === undefined ? {} : { replayOf: record.replayOf }),
    decision: (value) => noteEvent(scopeOf(session), { kind: 'decision', name: 'decision', value }),
    score: (name, value, comment) =>
      noteEvent(scopeOf(session), {
        kind: 'score',
        name,
        value,
        ...(comment === undefined ? {} : { attributes: { comment } }),
      }),
    message: (role, value) => noteEvent(scopeOf(session), { kind: 'message', name: role, value }),
    error(error) {
      session.totals.errors++
      noteEvent(scopeOf(session), { kind: 'error', name: errorName(error), value: error })
    },
    event: (name, attributes) =>
      noteEvent(scopeOf(session), { kind: 'custom', name, ...(attributes ? { attributes } : {}) }),
    addTags: (tags) => setTags(() => [...(session.changes?.tags ?? record.tags ?? []), ...tags]),
    setTags: (tags) => setTags(() => tags),
    setMetadata(metadata) {
      update(() => {
        const current = session.changes?.metadata ?? record.metadata
        return { metadata: { ...current, ...storedMetadata(config, metadata) } }
      })
    },
    waitUntil(promise) {
      const release = retain(session)
      Promise.resolve(promise).then(release, release)
    },
    end(state, reason) {
      session.endState = state
      session.endReason = reason
    },
    report: () => session.replay?.report.finish(session),
    get settled() {
      return whenSettled(session)
    },
  }
}

// Events belong where they happen; a handle that is used elsewhere writes at the top of its own session.
function scopeOf(session: SessionState): Scope {
  const scope = currentScope()
  return scope?.session === session ? scope : { session, frame: rootFrame() }
}

function errorName(error: unknown): string {
  try {
    return error instanceof Error ? error.name : typeof error
  } catch {
    return typeof error
  }
}
