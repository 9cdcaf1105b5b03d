import { isLeaf, type CallOptions, type Streamed } from '../session/call.ts'
import { withheldTag, describeWithheld } from '@retake/format'
import { Recording } from './open-call.ts'
import { refuse } from '../replay/refusal.ts'
import { currentScope, runInScope } from '../session/scope.ts'
import { compareOutcome } from '../replay/compare.ts'
import { decideCall } from '../replay/decide.ts'
import { play } from '../replay/serving.ts'
import { createStreamRecorder } from './stream-recorder.ts'
import { tapIterable, tapStream } from '../streams/stream.ts'
import type { Scope, StartedCall } from '../session/session-state.ts'
import {
  isAsyncIterable,
  isByteStream,
  isNodeStream,
  isPromiseLike,
  isReadableStream,
} from '../streams/value-shapes.ts'
import { guarded, noteFailure } from '../session/guard.ts'
import type { Entry } from '../replay/entry.ts'
import { scopeBeneath, startCall } from './start-call.ts'
import { encodeOutcome, encodePacked } from './encode-outcome.ts'

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
  const scope = currentScope()
  if (scope === undefined || scope.beneath === 'leaf') return run()
  return dispatch(scope, options, run, wholeValue)
}

/**
 * Like `call`, for a function that resolves to an object with a `stream` and whatever came with its opening.
 */
export async function stream<T extends Streamed>(
  options: CallOptions,
  run: () => PromiseLike<T>,
): Promise<T> {
  const scope = currentScope()
  if (scope === undefined || scope.beneath === 'leaf') return run()
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

function dispatch<T>(scope: Scope, options: CallOptions, run: () => T, split: Split): T {
  if (scope.session.replay === undefined) {
    const started = guarded(scope.session, () => startCall(scope, options))
    return started ? record(started, run, split) : runUnrecorded(scope, run)
  }
  const started = startCall(scope, options)
  const decision = decideCall(started)
  if (decision.kind === 'refused') return refuse(started, decision.error) as T
  if (decision.kind === 'again') return record(started, run, split)
  if (decision.kind === 'live') return record(started, run, split, { live: true, ...decision })
  const { entry, tier, keep } = decision
  const served = () => play(started, entry) as T
  if (!keep) return served()
  // A fork stands on its own: what it was served is recorded as if it had been live.
  const event = { ...started.event, served: { seq: entry.event.seq, tier } }
  return record({ ...started, event }, served, split)
}

// Our own failure must not cost the app its call, but the session is not whole any more.
function runUnrecorded<T>({ session }: Scope, run: () => T): T {
  session.lost++
  return run()
}

interface LiveOptions {
  /** Runs for real within a replay. */
  readonly live?: true
  /** The recording to compare the outcome with. */
  readonly compare?: Entry
}

function record<T>(
  started: StartedCall,
  run: () => T,
  split: Split,
  { live, compare }: LiveOptions = {},
): T {
  const recording = new Recording(
    started,
    compare && ((outcome) => compareOutcome(started, compare, outcome)),
  )
  const scope = scopeBeneath(started, isLeaf(started.options) ? 'leaf' : 'call', live)
  let result: T
  try {
    result = runInScope(scope, run)
  } catch (error) {
    fail(recording, error, true)
    throw error
  }
  if (!isPromiseLike(result)) return finish(recording, result, split, scope, true) as T
  return Promise.resolve(result).then(
    (value) => finish(recording, value, split, scope),
    (error: unknown) => {
      fail(recording, error)
      throw error
    },
  ) as T
}

function finish(
  recording: Recording,
  value: unknown,
  split: Split,
  scope: Scope,
  sync?: true,
): unknown {
  try {
    return observe(recording, value, split(value), scope, sync)
  } catch (error) {
    noteFailure(recording.scope.session, error)
    return passUntold(recording, value, 'it cannot be read', sync)
  }
}

function observe(
  recording: Recording,
  value: unknown,
  { source, opening, rebuild, untold }: ReturnType<Split>,
  scope: Scope,
  sync?: true,
): unknown {
  if (untold !== undefined) return passUntold(recording, value, untold, sync)
  if (source === undefined || rebuild === undefined) {
    const abortIgnored = recording.options.signal?.aborted ? 0 : undefined
    recording.complete({ value: encodePacked(recording, value), sync, abortIgnored }, 'ok')
    return value
  }
  if (!isReadableStream(source)) {
    const listener = createStreamRecorder(recording, opening, { iterable: true, sync })
    return rebuild(tapIterable(source, listener, scope))
  }
  const { byteStream } = recording.options
  const bytesAhead = byteStream && isByteStream(source) ? byteStream(opening) : undefined
  const listener = createStreamRecorder(recording, opening, {
    bytes: bytesAhead !== undefined,
    sync,
  })
  return rebuild(tapStream(source, listener, { scope, bytesAhead }))
}

/** The app gets its value as it is; a replay refuses the call for this reason. */
function passUntold(recording: Recording, value: unknown, what: string, sync?: true): unknown {
  recording.scope.session.config.stats.withheld++
  recording.withheld ??= describeWithheld('', 'its value', what)
  recording.complete({ value: withheldTag(what), sync }, 'ok')
  return value
}

function fail(recording: Recording, error: unknown, sync?: true): void {
  const state = recording.options.signal?.aborted ? 'aborted' : 'error'
  recording.complete({ error: encodeOutcome(recording, error), sync }, state)
}
