import type { CallOptions, CallSummary } from '../session/call.ts'
import { elapsedMs } from '../runtime/clock.ts'
import {
  outcomeDoubt,
  type Encoded,
  type EventRecord,
  type EventState,
  type Outcome,
  type ReadContent,
  type Usage,
  finiteUsage,
} from '@retake/format'
import { type Moment, noteMoment, roundsSince } from '../streams/rounds.ts'
import { noteClosed, noteOpen } from '../session/open-work.ts'
import { holdOpen, letGo } from '../session/lifecycle.ts'
import type { SessionState, SessionScope, StartedCall } from '../session/session-state.ts'
import { holdStart, writeCompletion } from '../session/held-records.ts'
import { addUsage } from '../session/totals.ts'
import { storedAttributes } from '../session/stored.ts'
import { guarded, noteFailure } from '../session/guard.ts'
import { followStreams } from './request-streams.ts'

const NOTHING: CallSummary = {}

/**
 * A started call that is being recorded: its start is written, and the session stays open until its outcome is
 * known.
 */
export class OpenCall implements StartedCall {
  readonly scope: SessionScope
  readonly options: CallOptions
  readonly request: Encoded | undefined
  readonly event: EventRecord
  readonly startedMs: number
  /** Why the outcome cannot be served: a part of it could not be stored. */
  withheld: string | undefined = undefined
  readonly streams: readonly object[] | undefined
  readonly #read: (() => readonly ReadContent[]) | undefined
  readonly #onOutcome: ((outcome: Outcome) => void) | undefined
  readonly #moment: Moment
  readonly #after: number
  readonly #epoch: number
  #isOpen = true

  /** @param onOutcome is told the outcome before it is redacted. */
  constructor(call: StartedCall, onOutcome?: (outcome: Outcome) => void) {
    const { session } = call.scope
    this.scope = call.scope
    this.options = call.options
    this.request = call.request
    this.event = call.event
    this.startedMs = call.startedMs
    this.streams = call.streams
    this.#read = call.streams && followStreams(session, call.streams)
    this.#onOutcome = onOutcome
    this.#moment = noteMoment()
    this.#after = session.tick
    this.#epoch = holdOpen(session)
    session.config.stats.calls++
    holdStart(session, call.event)
  }

  /** Next completion tick of the session. */
  tick(): number {
    return ++this.scope.session.tick
  }

  /** Asked when the outcome is there: whether it came in the turn in which the call was made. */
  instant(): EventRecord['instant'] {
    const rounds = roundsSince(this.#moment)
    return rounds === undefined ? undefined : [this.#after, rounds]
  }

  /** Writes the outcome. Only the first one counts. */
  complete(outcome: Outcome, state: EventState): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    const { session } = this.scope
    const { event } = this
    const onOutcome = this.#onOutcome
    noteClosed(session, event.seq)
    if (onOutcome) guarded(session, () => onOutcome(outcome))
    try {
      writeOutcome(this, this.#read ? { ...outcome, read: this.#read() } : outcome, state)
    } catch (error) {
      noteFailure(session, error)
      writeCompletion(session, event, { state, withheld: 'recording it failed' })
    }
    letGo(session, this.#epoch)
  }
}

/** Lets the end of the session close a call that does not come to an end by itself. */
export function onAbandon(call: StartedCall, abandon: () => void): void {
  noteOpen(call.scope.session, call.event.seq, abandon)
}

function writeOutcome(call: OpenCall, outcome: Outcome, ended: EventState): void {
  const { event, startedMs } = call
  const { session } = call.scope
  const { usage, costUsd, attributes, hasFailed } = summarize(call, outcome)
  const state = ended === 'ok' && hasFailed ? 'error' : ended
  const { capture, redactor } = session.config
  const isFull = capture.level === 'full'
  const redacted = isFull ? { value: outcome, changed: false } : redactor.outcome(outcome)
  const kept = capture.outcome(event.kind, redacted.value)
  const isDone = state !== 'pending' && outcome.stream?.end !== 'abandoned'
  addUsage(session.totals, usage, costUsd)
  if (state === 'error') session.totals.errors++
  writeCompletion(session, event, {
    done: isDone ? doneTick(session, outcome) : undefined,
    instant: isDone && !outcome.stream && !outcome.sync ? call.instant() : undefined,
    ms: elapsedMs(startedMs),
    state,
    outcome: kept.outcome,
    usage,
    costUsd,
    attributes: attributes && { ...event.attributes, ...storedAttributes(session, attributes) },
    redacted: redacted.changed || undefined,
    withheld: kept.withheld ?? call.withheld ?? lostByRedaction(call, redacted),
  })
}

// What a summary or a price function gets wrong must not cost the record.
function summarize(call: StartedCall, outcome: Outcome): CallSummary {
  const { session } = call.scope
  const { summarize: ask } = call.options
  if (ask === undefined) return NOTHING
  const summary = guarded(session, () => ask(outcome)) ?? NOTHING
  const usage = summary.usage && finiteUsage(summary.usage)
  const costUsd = summary.costUsd ?? (usage && guarded(session, () => priceOf(call, usage)))
  return { ...summary, usage, costUsd: Number.isFinite(costUsd) ? costUsd : undefined }
}

function priceOf({ scope, options }: StartedCall, usage: Usage): number | undefined {
  const { provider, model } = options
  return scope.session.config.price({
    ...(provider === undefined ? {} : { provider }),
    ...(model === undefined ? {} : { model }),
    usage,
  })
}

// What redaction could not change was left out, so that nothing of it is stored.
function lostByRedaction(
  { scope }: OpenCall,
  { value, changed }: { readonly value: Outcome; readonly changed: boolean },
): string | undefined {
  const found = changed ? outcomeDoubt(value) : undefined
  if (found !== undefined) scope.session.config.stats.withheld++
  return found
}

// The end of a stream has a tick of its own already: it is the last one noted. A stream that was aborted before its first
// part has none where nothing else has completed either.
function doneTick(session: SessionState, { stream }: Outcome): number | undefined {
  if (stream) return session.tick === 0 ? undefined : session.tick
  return ++session.tick
}
