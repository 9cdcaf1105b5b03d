import { elapsedMs, monotonicMs } from '../runtime/clock.ts'
import {
  type Encoded,
  type EventKind,
  type EventRecord,
  type EventState,
  newEventId,
  isoTime,
} from '@retake/format'
import { currentSessionScope, runInScope } from './scope.ts'
import { append } from './append.ts'
import { noteClosed, noteOpen } from './open-work.ts'
import { retain, settleLate } from './lifecycle.ts'
import type { Scope } from './running-session.ts'
import { sessionScopeOf, type SessionScope, type SessionState } from './session-state.ts'
import { holdStart, writeCompletion } from './held-records.ts'
import { countEvent } from './totals.ts'
import { childFrame, nextOrdinal } from './frame.ts'
import { isPromiseLike } from '../streams/value-shapes.ts'
import { toStored, storedAttributes } from './stored.ts'
import { guarded } from './guard.ts'

export interface SpanOptions {
  readonly kind: EventKind
  readonly name: string
  /** Replaces the ordinal that tells equal siblings apart. */
  readonly key?: string
  readonly attributes?: Readonly<Record<string, unknown>>
  /**
   * It does not hold the session open, and is aborted when the session ends before it: for frameworks that
   * do not tell when code is over, such as a stream that its reader broke off.
   */
  readonly isLoose?: boolean
}

/** An event that encloses others, such as an agent or a step. It is not replayed: its code runs again. */
export interface Span {
  /** Where the enclosed code runs. */
  readonly scope: Scope
  /** Only the first call counts. */
  end(state: Exclude<EventState, 'pending'>, attributes?: Readonly<Record<string, unknown>>): void
}

/** Opens a span beneath `scope`. Its code runs in the scope of the span, by `runInScope`. */
export function openSpan(scope: Scope, options: SpanOptions): Span {
  const known = sessionScopeOf(scope)
  const { session } = known
  const event = createEvent(known, options)
  const startedMs = monotonicMs()
  const release = options.isLoose
    ? abortAtEnd(event.seq, session, () => span.end('aborted'))
    : retain(session)
  let open = true
  holdStart(session, { ...event, state: 'pending' })

  const span: Span = {
    scope: {
      ...scope,
      frame: childFrame(scope.frame, `${event.kind}:${event.name}`, event.key ?? event.ord),
      parent: event.seq,
    },
    end(state, attributes) {
      if (!open) return
      open = false
      const merged = attributes && { ...event.attributes, ...storedAttributes(session, attributes) }
      const ms = elapsedMs(startedMs)
      writeCompletion(session, event, { state, ms, ...(merged && { attributes: merged }) })
      release()
    },
  }
  return span
}

function abortAtEnd(seq: number, session: SessionState, abandon: () => void): () => void {
  noteOpen(session, seq, abandon)
  return () => noteClosed(session, seq)
}

/** Runs `fn` in a span. Outside a session, and beneath a leaf, it is simply called. */
export function inSpan<T>(options: SpanOptions, fn: () => T): T {
  const scope = currentSessionScope()
  if (scope === undefined || scope.beneath === 'leaf') return fn()
  const span = openSpan(scope, options)
  try {
    const result = runInScope(span.scope, fn)
    if (!isPromiseLike(result)) {
      span.end('ok')
      return result
    }
    return result.then(
      (value) => {
        span.end('ok')
        return value
      },
      (error: unknown) => {
        span.end('error')
        throw error
      },
    ) as T
  } catch (error) {
    span.end('error')
    throw error
  }
}

/** Writes an event that is over at once, such as a decision or a score. */
export function noteEvent(
  scope: SessionScope,
  options: SpanOptions & { readonly value?: unknown },
): void {
  const { session } = scope
  guarded(session, () => {
    const value = storedValue(scope, options)
    append(session, {
      ...createEvent(scope, options),
      state: 'ok',
      ms: 0,
      ...(value === undefined ? {} : { outcome: { value } }),
    })
    settleLate(session)
  })
}

function createEvent(
  scope: SessionScope,
  { kind, attributes, ...options }: SpanOptions,
): EventRecord {
  const { session, frame } = scope
  const { redactor } = session.config
  const name = redactor.name(options.name)
  const key = options.key && redactor.name(options.key)
  countEvent(session.totals, kind)
  return {
    type: 'event',
    id: newEventId(),
    seq: ++session.seq,
    parent: scope.parent,
    kind,
    name,
    path: frame.path,
    ord: nextOrdinal(frame, `${kind}:${name}`),
    key,
    startedAt: isoTime(),
    state: 'ok',
    attributes: storedAttributes(session, attributes),
  }
}

function storedValue(
  { session }: SessionScope,
  { kind, value }: { readonly kind: EventKind; readonly value?: unknown },
): Encoded | undefined {
  const { config } = session
  return value === undefined ? undefined : config.capture.request(kind, toStored(config, value))
}
