import {
  forgetOutcome,
  outcomeOf,
  type RecordedEvent,
  type Outcome,
  type StreamOutcome,
} from '@retake/format'
import { decodeServed, unpackServed } from './decode-served.ts'
import { afterRounds } from '../streams/rounds.ts'
import { retain } from '../session/lifecycle.ts'
import type { SessionState, StartedCall } from '../session/session-state.ts'
import { replayStateOf } from './replay-state.ts'
import { stayInFlight } from './in-flight.ts'
import { createTape } from './tape.ts'
import type { Entry } from './entry.ts'
import { awaitAbort, untilAborted } from '../streams/abort.ts'
import { playIterable, playStream } from '../streams/play-stream.ts'

interface Served {
  readonly event: RecordedEvent
  readonly outcome: Outcome
}

/**
 * Hands out a recorded outcome in the shape in which it came: a value, a promise, or a stream.
 *
 * @see docs/decisions/0026-answers-in-spite-of-an-abort.md
 */
export function play(started: StartedCall, entry: Entry): unknown {
  const { scope } = started
  const outcome = entry.event.state === 'pending' ? undefined : outcomeOf(entry.event)
  if (outcome === undefined) return stayInFlight(started)
  forgetOutcome(entry.event)
  if (outcome.stream) return openStream(started, outcome, outcome.stream)
  if (outcome.sync) return settle(started, outcome)
  const served = { event: entry.event, outcome }
  return hold(scope.session, deliverAtOnce(started, served) ?? deliver(started, served))
}

// Code that races answers which need no waiting sees them as far apart as they were.
function deliverAtOnce(
  started: StartedCall,
  { event: { done = 0, instant }, outcome }: Served,
): Promise<unknown> | undefined {
  const { scope, options } = started
  const { order } = replayStateOf(scope.session)
  if (instant === undefined || options.signal?.aborted) return undefined
  const [after, rounds] = instant
  if (!order.isNext(done, after)) return undefined
  return afterRounds(rounds, () => {
    order.skip(done)
    return settle(started, outcome)
  })
}

async function deliver(
  started: StartedCall,
  { event: { done = 0, state }, outcome }: Served,
): Promise<unknown> {
  const { scope, options } = started
  const { order, options: replayOptions } = replayStateOf(scope.session)
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
  return settle(started, outcome)
}

function settle(started: StartedCall, { value, error }: Outcome): unknown {
  if (error === undefined) return value === undefined ? undefined : unpackServed(started, value)
  const { options, scope } = started
  const revived = decodeServed(scope.session, error)
  throw options.reviveError ? options.reviveError(revived) : revived
}

function openStream(
  started: StartedCall,
  { sync, value, abortIgnored }: Outcome,
  recorded: StreamOutcome,
): unknown {
  const { options, scope } = started
  const tape = createTape(started, recorded, abortIgnored)
  const openPlayer = (opening?: object) =>
    recorded.iterable
      ? playIterable(tape, options.signal)
      : playStream(tape, options.signal, recorded.bytes && (options.byteStream?.(opening) ?? 0))
  if (sync) return openPlayer()
  const signal = abortIgnored === 0 ? undefined : options.signal
  const open = async () => {
    await ((signal?.aborted ? undefined : tape.openInTurn()) ?? untilAborted(tape.open(), signal))
    if (value === undefined) return openPlayer()
    const opening = decodeServed(scope.session, value) as object
    return { ...opening, stream: openPlayer(opening) }
  }
  return hold(scope.session, open())
}

function hold<T>(session: SessionState, promise: Promise<T>): Promise<T> {
  const release = retain(session)
  promise.then(release, release)
  return promise
}
