import type { CallOptions, CallSummary } from './call.ts'
import type { CallCodec } from './call-codec.ts'
import { elapsedMs, monotonicMs } from '../clock.ts'
import {
  encode,
  type EncodeOptions,
  describeWithheld,
  outcomeDoubt,
  requestDoubt,
  type Encoded,
  type EventRecord,
  type EventState,
  type Outcome,
  type Usage,
  CHECKED,
  isWellDescribed,
  type Checked,
  fingerprint,
  newEventId,
  finiteUsage,
  isoTime,
} from '@retake/format'
import { type Moment, noteMoment, roundsSince } from './rounds.ts'
import { noteClosed, noteOpen } from '../session/open-work.ts'
import { childFrame, nextOrdinal, type Scope } from '../session/scope.ts'
import { guarded, holdOpen, letGo, noteFailure, noteStart, toStored } from '../session/session.ts'
import type { SessionState } from '../session/session-state.ts'
import { holdStart, writeCompletion } from '../session/starts.ts'
import { addUsage, countEvent } from '../session/totals.ts'

/** A call that has started. */
export interface StartedCall {
  readonly scope: Scope
  readonly options: CallOptions
  /** Encoded and redacted, before capture left anything out: what is matched on. */
  readonly request?: Encoded
  readonly event: EventRecord
  readonly startedMs: number
}

const NOTHING: CallSummary = {}

/**
 * Gives a call its place and its number. Synchronous: start order decides.
 *
 * The fingerprint is always that of the redacted request, so that it is the same on both sides whatever is
 * stored. Where just that is stored, it is worked out when somebody asks for it.
 *
 * @see docs/decisions/0041-fingerprints-when-asked-for.md
 */
export function startCall(scope: Scope, options: CallOptions): StartedCall {
  const { session, frame } = scope
  const { kind, op } = options
  const { name, key, model, provider } = safeNames(session, options)
  const segment = `${kind}:${name}`
  const ord = nextOrdinal(frame, segment)
  const { encoded, request, doubt } = encodeRequest(session, options)
  const stored = storedRequest(session, options, encoded, request)
  const attributes = storedAttributes(session, options.attributes)
  noteStart(session)
  countEvent(session.totals, kind)
  const event: EventRecord & Checked = {
    type: 'event',
    id: newEventId(),
    seq: ++session.seq,
    parent: scope.parent,
    kind,
    name,
    op,
    path: frame.path,
    ord,
    key,
    fp: stored === request ? '' : fingerprint(request ?? null),
    startedAt: isoTime(),
    state: 'pending',
    request: stored,
    model,
    provider,
    attributes,
    withheld: doubt,
    [CHECKED]: isWellDescribed({ kind, op, name, key, model, provider, attributes }),
  }
  const { onCall } = session.config
  if (onCall) guarded(session, () => onCall({ ...event, request }))
  return { scope, options, request, event, startedMs: monotonicMs() }
}

/**
 * A started call that is being recorded: its start is written, and the session stays open until its outcome is
 * known.
 */
export class Recording implements StartedCall {
  readonly scope: Scope
  readonly options: CallOptions
  readonly request: Encoded | undefined
  readonly event: EventRecord
  readonly startedMs: number
  /** Why the outcome cannot be served: a part of it could not be stored. */
  withheld: string | undefined = undefined
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
      writeOutcome(this, outcome, state)
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

/** The scope in which the body of a call runs. */
export function scopeBeneath(
  { scope, event }: StartedCall,
  beneath: 'call' | 'leaf',
  live?: true,
): Scope {
  const segment = `${event.kind}:${event.name}`
  return {
    session: scope.session,
    frame: childFrame(scope.frame, segment, event.key ?? event.ord),
    parent: event.seq,
    beneath,
    ...(live || scope.live ? { live: true } : {}),
  }
}

/** Encodes what a call gave back. */
export function encodeOutcome(recording: Recording, value: unknown): Encoded {
  return encode(value, encodingOf(recording))
}

/** Encodes the plain form of a value that a call gave back. */
export function encodePacked(recording: Recording, value: unknown): Encoded {
  const { codec } = recording.options
  return encodeOutcome(recording, codec === undefined ? value : packed(codec, value))
}

/** The plain form of a value. What a codec gets wrong must not cost the call: it counts as not to be stored. */
export function packed({ pack }: CallCodec, value: unknown): unknown {
  try {
    return pack(value)
  } catch {
    // A function is withheld.
    return pack
  }
}

/** How what a call gave back is encoded: what cannot be stored is counted, and noted on the call. */
export function encodingOf(recording: Recording, onSize?: (chars: number) => void): EncodeOptions {
  const { stats } = recording.scope.session.config
  return {
    onSize,
    onWithheld(path, reason) {
      stats.withheld++
      recording.withheld ??= describeWithheld(path, 'its value', reason)
    },
  }
}

/** Attributes in the form in which they are stored. */
export function storedAttributes(
  session: SessionState,
  attributes: Readonly<Record<string, unknown>> | undefined,
): EventRecord['attributes'] {
  if (attributes === undefined) return undefined
  return toStored(session.config, attributes) as EventRecord['attributes']
}

// They are written into paths, reports and messages, which are not looked at again.
function safeNames(
  { config }: SessionState,
  { name, key, model, provider }: CallOptions,
): Pick<CallOptions, 'name' | 'key' | 'model' | 'provider'> {
  const safe = config.redactor.name
  return {
    name: safe(name),
    key: key && safe(key),
    model: model && safe(model),
    provider: provider && safe(provider),
  }
}

interface EncodedRequest {
  readonly encoded?: Encoded
  /** Redacted. */
  readonly request?: Encoded
  /** Why it cannot be told from other requests. */
  readonly doubt?: string | undefined
}

function encodeRequest({ config }: SessionState, options: CallOptions): EncodedRequest {
  if (options.request === undefined) return {}
  let withheld = 0
  const encoded = encode(options.request, { onWithheld: () => void withheld++ })
  const { value: request, changed } = config.redactor.value(encoded)
  const doubt = withheld > 0 || changed ? requestDoubt(request) : undefined
  config.stats.withheld += withheld || Number(doubt !== undefined)
  return { encoded, request, doubt }
}

function storedRequest(
  { config }: SessionState,
  { kind }: CallOptions,
  encoded: Encoded | undefined,
  redacted: Encoded | undefined,
): Encoded | undefined {
  const request = config.capture.level === 'full' ? encoded : redacted
  return request === undefined ? undefined : config.capture.request(kind, request)
}

function writeOutcome(call: Recording, outcome: Outcome, state: EventState): void {
  const { event, startedMs } = call
  const { session } = call.scope
  const { usage, costUsd, attributes } = summarize(call, outcome)
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
  { scope }: Recording,
  { value, changed }: { readonly value: Outcome; readonly changed: boolean },
): string | undefined {
  const found = changed ? outcomeDoubt(value) : undefined
  if (found !== undefined) scope.session.config.stats.withheld++
  return found
}

// The end of a stream has a tick of its own already: it is the last one noted.
function doneTick(session: SessionState, outcome: Outcome): number {
  return outcome.stream ? session.tick : ++session.tick
}
