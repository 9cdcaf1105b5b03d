import { decode } from '../codec/codec.ts'
import type { Encoded, StreamOutcome } from '../event.ts'
import type { CallOptions } from '../seam/call.ts'
import type { StartedCall } from '../seam/recording.ts'
import { awaitAbort, neverSettles, playIterable, playStream, untilAborted } from '../seam/stream.ts'
import { retain } from '../session/session.ts'
import type { SessionState } from '../session/session-state.ts'
import type { Entry } from './cassette.ts'
import { replayOf } from './replay-state.ts'
import { createTape } from './tape.ts'

/** Hands out a recorded outcome in the shape in which it came: a value, a promise, or a stream. */
export function play(started: StartedCall, entry: Entry): unknown {
  const { options, scope } = started
  const { outcome, state } = entry.event
  if (outcome === undefined || state === 'pending') return neverSettles(options.signal)
  if (outcome.stream) return openStream(started, entry, outcome.stream)
  if (outcome.sync) return settle(options, outcome.value, outcome.error)
  return hold(scope.session, deliver(started, entry))
}

async function deliver({ scope, options }: StartedCall, entry: Entry): Promise<unknown> {
  const { order, options: replayOptions } = replayOf(scope.session)
  const { done = 0, state, outcome = {} } = entry.event
  const signal = outcome.abortIgnored === 0 ? undefined : options.signal
  if (signal?.aborted) order.skip(done)
  try {
    signal?.throwIfAborted()
    await untilAborted(order.turn(done), signal)
    if (state === 'aborted') await awaitAbort(signal, replayOptions.abortGraceMs)
  } catch (reason) {
    // What the caller was given for its abort is on the record, where it aborted then too.
    if (state !== 'aborted') throw reason
  }
  return settle(options, outcome.value, outcome.error)
}

function settle(
  options: CallOptions,
  value: Encoded | undefined,
  error: Encoded | undefined,
): unknown {
  if (error === undefined) return value === undefined ? undefined : unpackWith(options, value)
  const revived = decode(error)
  throw options.reviveError ? options.reviveError(revived) : revived
}

function unpackWith({ codec }: CallOptions, value: Encoded): unknown {
  const decoded = decode(value)
  return codec === undefined ? decoded : codec.unpack(decoded)
}

function openStream(started: StartedCall, entry: Entry, recorded: StreamOutcome): unknown {
  const { options, scope } = started
  const { sync, value, abortIgnored } = entry.event.outcome ?? {}
  const tape = createTape(started, recorded, abortIgnored)
  const player = recorded.iterable
    ? playIterable(tape, options.signal)
    : playStream(tape, options.signal)
  if (sync) return player
  const open = async () => {
    await untilAborted(tape.open(), abortIgnored === 0 ? undefined : options.signal)
    return value === undefined ? player : { ...(decode(value) as object), stream: player }
  }
  return hold(scope.session, open())
}

function hold<T>(session: SessionState, promise: Promise<T>): Promise<T> {
  const release = retain(session)
  promise.then(release, release)
  return promise
}
