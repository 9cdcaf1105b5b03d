import type { UpdateRecord } from '@retake/format'
import { currentSessionScope } from './scope.ts'
import { append } from './append.ts'
import { retain, whenSettled } from './lifecycle.ts'
import { storedMetadata } from './session-record.ts'
import type { SessionState, SessionScope } from './session-state.ts'
import { noteEvent } from './span.ts'
import { snapshotTotals } from './totals.ts'
import { rootFrame } from './frame.ts'
import type { Session } from './session.ts'
import { guarded } from './guard.ts'

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
    return this.#session.isReplay ? 'replay' : 'capture'
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
    return () => this.#session.replay?.report(this.#session)
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
function scopeOf(session: SessionState): SessionScope {
  const scope = currentSessionScope()
  return scope?.session === session ? scope : { session, frame: rootFrame() }
}

function errorName(error: unknown): string {
  try {
    return error instanceof Error ? error.name : typeof error
  } catch {
    return typeof error
  }
}
