import {
  forgetOutcome,
  outcomeOf,
  type OpenedEvent,
  type Outcome,
  type StreamOutcome,
} from '@retake/format'
import { decodeServed, unpackServed } from './decode-served.ts'
import { afterRounds } from '../streams/rounds.ts'
import { retain } from '../session/lifecycle.ts'
import { noteUnread } from '../session/unread-streams.ts'
import type { SessionState, StartedCall } from '../session/session-state.ts'
import { dueMs } from './pace.ts'
import { noteMoment } from './plain-timers.ts'
import { replayStateOf } from './replay-state.ts'
import { stayInFlight } from './in-flight.ts'
import { createTape } from './tape.ts'
import type { Entry } from './entry.ts'
import { awaitAbort, untilAborted } from '../streams/abort.ts'
import { playIterable, playStream } from '../streams/play-stream.ts'

interface Served {
  readonly event: OpenedEvent
  readonly outcome: Outcome
  /** What is made of its value when the call is made. */
  readonly early?: Promise<unknown> | undefined
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
  const played = { event: entry.event, outcome }
  if (outcome.stream) return openStream(started, played, outcome.stream)
  if (outcome.sync) return settle(started, played)
  const served = { ...played, early: unpackEarly(started, outcome) }
  return hold(scope.session, deliverAtOnce(started, served) ?? deliver(started, served))
}

// Code that races answers which need no waiting sees them as far apart as they were.
function deliverAtOnce(started: StartedCall, served: Served): Promise<unknown> | undefined {
  const { done = 0, instant } = served.event
  const { order } = replayStateOf(started.scope.session)
  if (instant === undefined || isCutShort(started, served)) return undefined
  const [after, rounds] = instant
  if (!order.isNext(done, after)) return undefined
  return afterRounds(rounds, () => {
    order.skip(done)
    noteMoment(started.scope.session, served.event, served.event.ms)
    return isAwaitingAbort(started, served)
      ? deliverAborted(started, served)
      : settle(started, served)
  })
}

async function deliver(started: StartedCall, served: Served): Promise<unknown> {
  const { event } = served
  const { done = 0, ms } = event
  const { scope, options } = started
  const { order, options: replayOptions } = replayStateOf(scope.session)
  if (isCutShort(started, served)) order.skip(done)
  const signal = hearsAbort(served) ? options.signal : undefined
  signal?.throwIfAborted()
  await untilAborted(order.turn(done, dueMs(started, ms, replayOptions.timing)), signal)
  noteMoment(scope.session, event, ms)
  return isAwaitingAbort(started, served)
    ? deliverAborted(started, served)
    : settle(started, served)
}

// What the caller was given for its abort is on the record, where it aborted then too.
async function deliverAborted(started: StartedCall, served: Served): Promise<unknown> {
  const { options, scope } = started
  const { abortGraceMs } = replayStateOf(scope.session).options
  await awaitAbort(options.signal, abortGraceMs).catch(() => {})
  return settle(started, served)
}

/** Whether an abort ends the call when it comes. One that was recorded came out in a turn of its own, as all else. */
function hearsAbort({ event, outcome }: Served): boolean {
  return event.state !== 'aborted' && outcome.abortIgnored !== 0
}

/** The caller had aborted before it made the call, which did not happen when it was recorded. */
function isCutShort({ options }: StartedCall, served: Served): boolean {
  return options.signal?.aborted === true && hearsAbort(served)
}

function isAwaitingAbort({ options }: StartedCall, { event }: Served): boolean {
  return event.state === 'aborted' && options.signal?.aborted === false
}

// What is to happen before a value is handed out begins at once. Where it fails, who awaits the call is told.
function unpackEarly(started: StartedCall, { value }: Outcome): Promise<unknown> | undefined {
  if (value === undefined || !started.options.codec?.isEarly) return undefined
  const early = Promise.resolve().then(() => unpackServed(started, value))
  early.catch(() => {})
  return early
}

function settle(
  started: StartedCall,
  { outcome: { value, error }, early }: Omit<Served, 'event'>,
): unknown {
  if (early && error !== undefined) return early.then(() => settle(started, { outcome: { error } }))
  if (early) return early
  if (error === undefined) return value === undefined ? undefined : unpackServed(started, value)
  const { options, scope } = started
  const revived = decodeServed(scope.session, error)
  throw options.reviveError ? options.reviveError(revived) : revived
}

function openStream(
  started: StartedCall,
  { event, outcome: { sync, value, abortIgnored } }: Served,
  recorded: StreamOutcome,
): unknown {
  const { options, scope } = started
  const tape = createTape(started, recorded, { abortIgnored, event })
  const openPlayer = (opening?: object) => {
    if (recorded.iterable) return playIterable(tape, options.signal)
    const bytesAhead = recorded.bytes && (options.byteStream?.(opening) ?? 0)
    const player = playStream(tape, options.signal, bytesAhead)
    if (recorded.bytes) noteUnread(scope.session, started.event.seq, player)
    return player
  }
  if (sync) return openPlayer()
  const signal = abortIgnored === 0 ? undefined : options.signal
  const open = async () => {
    await ((signal?.aborted ? undefined : tape.openInTurn()) ?? untilAborted(tape.open(), signal))
    noteMoment(scope.session, event, recorded.openMs)
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
