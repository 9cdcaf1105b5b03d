import { isLeaf, type CallOptions, type Streamed } from '../session/call.ts'
import { describeWithheld, type Outcome, withheldTag } from '@retake/format'
import { OpenCall } from './open-call.ts'
import { bindScope, currentSessionScope, runInScope } from '../session/scope.ts'
import { lateCall } from './late-call.ts'
import { createStreamRecorder } from './stream-recorder.ts'
import { tapIterable, tapStream } from '../streams/stream.ts'
import type { FoundRecording, SessionScope, StartedCall } from '../session/session-state.ts'
import {
  isAsyncIterable,
  isByteStream,
  isNodeStream,
  isPromiseLike,
  isReadableStream,
} from '../streams/value-shapes.ts'
import { guarded, noteFailure } from '../session/guard.ts'
import { noteUnread } from '../session/unread-streams.ts'
import { scopeBeneath, startCall } from './start-call.ts'
import { encodeFailed, encodeOutcome, encodePacked } from './encode-outcome.ts'

/**
 * Runs a call, records it, or serves it from a recording: whatever the scope says.
 *
 * Values, promises, web streams and async iterables come back as what they are, live and replayed.
 * Outside a session, and beneath a call that is recorded as a whole, `run` is simply called.
 *
 * @throws {ReplayMissError} in a replay, when there is no recording: as a rejection, unless `sync` is set or
 * recorded calls of that name tell that `run` gives its value, or its stream, without a promise.
 */
export function call<T>(options: CallOptions, run: () => T): T {
  const scope = currentSessionScope()
  if (scope === undefined || passes(scope)) return run()
  return dispatch(scope, options, run, wholeValue)
}

/**
 * Like `call`, for a function that resolves to an object with a `stream` and whatever came with its opening.
 */
export async function stream<T extends Streamed>(
  options: CallOptions,
  run: () => PromiseLike<T>,
): Promise<T> {
  const scope = currentSessionScope()
  if (scope === undefined || passes(scope)) return run()
  return dispatch(scope, options, run, streamOfObject)
}

/** Tells apart the part of a result that is a stream. */
type Split = (value: unknown) => {
  readonly source?: ReadableStream | AsyncIterable<unknown>
  /** What is stored beside the stream. */
  readonly opening?: unknown
  /** Puts the tapped stream in the place of the source. */
  readonly rebuild?: (tapped: unknown) => unknown
  /** What it is, when it cannot be recorded. */
  readonly untold?: string
}

const NO_STREAM: ReturnType<Split> = {}

const wholeValue: Split = (value) => {
  if (typeof value !== 'object' || value === null) return NO_STREAM
  const isStream = isReadableStream(value)
  if (!isStream && !isAsyncIterable(value)) return NO_STREAM
  // Who reads a stream already cannot be recorded any more, nor who pipes it.
  if (isStream && value.locked) return { untold: 'a stream that is being read' }
  if (!isStream && isNodeStream(value)) return { untold: 'a stream of node:stream' }
  return { source: value, rebuild: (tapped) => tapped }
}

const streamOfObject: Split = (value) => {
  const { stream: source, ...opening } = value as Streamed
  return { source, opening, rebuild: (tapped) => ({ ...opening, stream: tapped }) }
}

// What runs beneath a leaf is recorded with it, as long as that can be.
function passes({ beneath, session }: SessionScope): boolean {
  return beneath === 'leaf' && !session.settled
}

function dispatch<T>(scope: SessionScope, options: CallOptions, run: () => T, split: Split): T {
  const { replay, settled } = scope.session
  const refusal = settled ? lateCall(scope, options) : undefined
  if (refusal) return rejected(refusal) as T
  if (replay === undefined) {
    const started = guarded(scope.session, () => startCall(scope, options))
    return started ? record(started, run, split) : runUnrecorded(scope, run)
  }
  const started = startCall(scope, options)
  const answer = replay.answer(started)
  if (answer.kind === 'refused') return replay.refuse(started, answer.error) as T
  if (answer.kind === 'again') return record(started, run, split)
  if (answer.kind === 'live') return runLive(started, run, split, answer.compare)
  const { found, keep } = answer
  const served = () => replay.play(started, found) as T
  if (keep === undefined) return served()
  // A fork stands on its own: what it was served is recorded as if it had been live.
  return record({ ...started, event: { ...started.event, served: keep } }, served, split)
}

// An app that waits for nobody must not die of it.
function rejected(error: Error): Promise<never> {
  const promise = Promise.reject(error)
  promise.catch(() => {})
  return promise
}

// Runs for real within a replay, and is compared with its recording where there is one.
function runLive<T>(
  started: StartedCall,
  run: () => T,
  split: Split,
  recorded: FoundRecording | undefined,
): T {
  const { replay } = started.scope.session
  const onOutcome = recorded && ((outcome: Outcome) => replay?.compare(started, recorded, outcome))
  return record(started, run, split, { live: true, onOutcome })
}

// Our own failure must not cost the app its call, but the session is not whole any more.
function runUnrecorded<T>({ session }: SessionScope, run: () => T): T {
  session.lost++
  return run()
}

interface RecordOptions {
  /** It runs for real within a replay. */
  readonly live?: true
  /** Told the outcome before it is redacted. */
  readonly onOutcome?: ((outcome: Outcome) => void) | undefined
}

function record<T>(
  started: StartedCall,
  run: () => T,
  split: Split,
  { live, onOutcome }: RecordOptions = {},
): T {
  const openCall = new OpenCall(started, onOutcome)
  const scope = scopeBeneath(started, isLeaf(started.options) ? 'leaf' : 'call', live)
  let result: T
  try {
    result = runInScope(scope, run)
  } catch (error) {
    fail(openCall, error, true)
    throw error
  }
  if (!isPromiseLike(result)) return finish(openCall, result, split, scope, true) as T
  return Promise.resolve(result).then(
    (value) => finish(openCall, value, split, scope),
    (error: unknown) => {
      fail(openCall, error)
      throw error
    },
  ) as T
}

function finish(
  openCall: OpenCall,
  value: unknown,
  split: Split,
  scope: SessionScope,
  sync?: true,
): unknown {
  try {
    return observe(openCall, value, split(value), scope, sync)
  } catch (error) {
    noteFailure(openCall.scope.session, error)
    return passUntold(openCall, value, 'it cannot be read', sync)
  }
}

function observe(
  openCall: OpenCall,
  value: unknown,
  { source, opening, rebuild, untold }: ReturnType<Split>,
  scope: SessionScope,
  sync?: true,
): unknown {
  if (untold !== undefined) return passUntold(openCall, value, untold, sync)
  if (source === undefined || rebuild === undefined) {
    const abortIgnored = openCall.options.signal?.aborted ? 0 : undefined
    openCall.complete({ value: encodePacked(openCall, value), sync, abortIgnored }, 'ok')
    return value
  }
  if (!isReadableStream(source)) {
    const listener = createStreamRecorder(openCall, opening, { iterable: true, sync })
    return rebuild(tapIterable(source, listener, () => bindScope(scope)))
  }
  const { byteStream } = openCall.options
  const bytesAhead = byteStream && isByteStream(source) ? byteStream(opening) : undefined
  const listener = createStreamRecorder(openCall, opening, {
    bytes: bytesAhead !== undefined,
    sync,
  })
  const tapped = tapStream(source, listener, { bind: () => bindScope(scope), bytesAhead })
  if (bytesAhead !== undefined) noteUnread(openCall.scope.session, openCall.event.seq, tapped)
  return rebuild(tapped)
}

/** The app gets its value as it is; a replay refuses the call for this reason. */
function passUntold(openCall: OpenCall, value: unknown, what: string, sync?: true): unknown {
  openCall.scope.session.config.stats.withheld++
  openCall.withheld ??= describeWithheld('', 'its value', what)
  openCall.complete({ value: withheldTag(what), sync }, 'ok')
  return value
}

function fail(openCall: OpenCall, error: unknown, sync?: true): void {
  const state = openCall.options.signal?.aborted ? 'aborted' : 'error'
  const value = encodeFailed(openCall)
  openCall.complete({ error: encodeOutcome(openCall, error), value, sync }, state)
}
