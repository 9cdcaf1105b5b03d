import type { EndState, Totals, UpdateRecord, ReplayReport } from '@retake/format'
import { currentScope, rootFrame, type Scope } from './scope.ts'
import { append } from './append.ts'
import { guarded, retain, whenSettled } from './session.ts'
import { storedMetadata } from './session-record.ts'
import type { SessionState } from './session-state.ts'
import { noteEvent } from './span.ts'
import { snapshotTotals } from './totals.ts'

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
  readonly replayOf: string | undefined
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
  /** Sums so far. In a replay they are those of what was recorded. */
  totals(): Totals
  /** Resolves when the session is over, nothing is pending, and its end is written. */
  readonly settled: Promise<void>
}

/** The handle of a session. There is one per session. */
export function sessionHandle(session: SessionState): Session {
  return (session.handle ??= new Handle(session))
}

// A server holds one per request, so that its functions are made when they are asked for. They do not need
// their object: `({ decision, score }) => …` is a way to take them.
class Handle implements Session {
  readonly #session: SessionState

  constructor(session: SessionState) {
    this.#session = session
  }

  get id(): string {
    return this.#session.id
  }

  get mode(): Session['mode'] {
    return this.#session.replay ? 'replay' : 'capture'
  }

  get replayOf(): string | undefined {
    return this.#session.options.replayOf
  }

  get decision(): Session['decision'] {
    return (value) => note(this.#session, { kind: 'decision', name: 'decision', value })
  }

  get score(): Session['score'] {
    return (name, value, comment) => {
      const attributes = comment === undefined ? {} : { attributes: { comment } }
      note(this.#session, { kind: 'score', name, value, ...attributes })
    }
  }

  get message(): Session['message'] {
    return (role, value) => note(this.#session, { kind: 'message', name: role, value })
  }

  get error(): Session['error'] {
    return (error) => {
      this.#session.totals.errors++
      note(this.#session, { kind: 'error', name: errorName(error), value: error })
    }
  }

  get event(): Session['event'] {
    return (name, attributes) =>
      note(this.#session, { kind: 'custom', name, ...(attributes ? { attributes } : {}) })
  }

  get addTags(): Session['addTags'] {
    return (tags) => {
      const { changes, record } = this.#session
      setTags(this.#session, () => [...(changes?.tags ?? record.tags ?? []), ...tags])
    }
  }

  get setTags(): Session['setTags'] {
    return (tags) => setTags(this.#session, () => tags)
  }

  get setMetadata(): Session['setMetadata'] {
    return (metadata) => {
      const { changes, record, config } = this.#session
      const current = changes?.metadata ?? record.metadata
      update(this.#session, () => ({
        metadata: { ...current, ...storedMetadata(config, metadata) },
      }))
    }
  }

  get waitUntil(): Session['waitUntil'] {
    return (promise) => {
      const release = retain(this.#session)
      Promise.resolve(promise).then(release, release)
    }
  }

  get end(): Session['end'] {
    return (state, reason) => {
      this.#session.endState = state
      this.#session.endReason = reason
    }
  }

  get report(): Session['report'] {
    return () => this.#session.replay?.report.finish(this.#session)
  }

  get totals(): Session['totals'] {
    return () =>
      snapshotTotals({ ...this.#session.totals, kinds: { ...this.#session.totals.kinds } })
  }

  get settled(): Promise<void> {
    return whenSettled(this.#session)
  }
}

function note(session: SessionState, options: Parameters<typeof noteEvent>[1]): void {
  noteEvent(scopeOf(session), options)
}

// What is described wrongly must not break the app, so that all of it is looked at in here.
function update(session: SessionState, describe: () => Omit<UpdateRecord, 'type'>): void {
  guarded(session, () => {
    const changes = describe()
    session.changes = { ...session.changes, ...changes, type: 'update' }
    append(session, { type: 'update', ...changes })
  })
}

function setTags(session: SessionState, tags: () => readonly string[]): void {
  update(session, () => ({ tags: [...new Set(tags())].map(session.config.redactor.text) }))
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
