import { delay, startBackgroundTimer, startTimer } from '../runtime/clock.ts'
import { decodeServed, unpackServed } from './decode-served.ts'
import {
  ReplayNoSnapshotsError,
  type Encoded,
  type OpenedEvent,
  type StreamOutcome,
  createInstantReader,
  createTickReader,
  instantTicks,
} from '@retake/format'
import { afterRounds } from '../streams/rounds.ts'
import { failSession, retain } from '../session/lifecycle.ts'
import type { SessionState, StartedCall } from '../session/session-state.ts'
import { dueMs } from './pace.ts'
import { noteMoment } from './plain-timers.ts'
import { replayStateOf, replaySource } from './replay-state.ts'
import { isPromiseLike } from '../streams/value-shapes.ts'
import { awaitAbort, neverSettles, onAbort } from '../streams/abort.ts'
import type { Tape } from '../streams/play-stream.ts'

/** A recorded stream on its way to a reader of the replay. */
export interface RecordedTape extends Tape<unknown> {
  /** Waits until the stream is to be handed out. */
  open(): Promise<void>
  /** The same, if that is to be in this turn of the event loop. */
  openInTurn(): Promise<void> | undefined
}

/** What else is known of the call that a stream is of. */
interface RecordedCall {
  readonly abortIgnored?: number | undefined
  readonly event: OpenedEvent
}

/**
 * Plays the parts of a recorded stream in their turn, and holds the session open until it is over.
 *
 * @see docs/decisions/0061-parts-that-come-at-once.md
 */
export function createTape(
  started: StartedCall,
  recorded: StreamOutcome,
  { abortIgnored, event }: RecordedCall,
): RecordedTape {
  const { scope, options } = started
  const { session } = scope
  const replay = replayStateOf(session)
  const { order, options: replayOptions } = replay
  const { codec } = options
  const { parts, end } = recorded
  const tickOf = createTickReader(recorded)
  const instantOf = createInstantReader(recorded)
  for (const tick of instantTicks(recorded)) order.noteInstant(tick)
  const settled = retain(session)
  const open = { position: () => taken }
  let taken = 0
  let forget = () => {}
  let isStopped = false
  let noteStop = () => {}
  replay.streams.add(open)

  function release(): void {
    forget()
    replay.streams.delete(open)
    session.unread?.delete(started.event.seq)
    settled()
  }

  function turn(moment: number): Promise<void> {
    return order.turn(tickOf(moment) ?? 0, dueMs(started, msAt(moment), replayOptions.timing))
  }

  function msAt(moment: number): number | undefined {
    if (moment === 0) return recorded.openMs
    return moment > parts.length ? event.ms : recorded.ms?.[moment - 1]
  }

  // What came without waiting comes so again, after as many rounds, when all before it has been handed out.
  function inTurn<T>(
    moment: number,
    ahead: number,
    give: () => T | Promise<T>,
  ): Promise<T> | undefined {
    const came = replayOptions.timing === 'instant' ? instantOf(moment) : undefined
    const tick = tickOf(moment)
    if (came === undefined || tick === undefined) return undefined
    if (!order.isNext(tick, tick - 1 - came.between)) return undefined
    return afterRounds(came.rounds - ahead, () => {
      order.skip(tick)
      return give()
    })
  }

  function nextInTurn(ahead: number): Promise<IteratorResult<unknown>> | undefined {
    const index = taken
    if (isNote(index)) return undefined
    const next = inTurn(index + 1, ahead, () => handOut(index))
    if (next) taken = index + 1
    return next
  }

  // Taken at once, since a reader may ask for several parts at a time.
  function next(): Promise<IteratorResult<unknown>> {
    const first = taken
    const index = nextIndex()
    taken = index + 1
    return first === index ? turn(index + 1).then(() => handOut(index)) : part(first, index)
  }

  // What nearly every part of every stream needs, without a promise for each step of it.
  function handOut(index: number): IteratorResult<unknown> | Promise<IteratorResult<unknown>> {
    const encoded = parts[index]
    noteMoment(session, event, msAt(index + 1))
    releaseAfter(index)
    if (encoded === undefined) return over()
    const value = unpackServed(started, encoded)
    // A codec may take its time.
    return isPromiseLike(value) ? Promise.resolve(value).then(toResult) : toResult(value)
  }

  // A stream that its reader gave up is over with its last part: nobody will ask for more.
  function releaseAfter(index: number): void {
    if (index >= parts.length || (index + 1 === parts.length && isCutOff(recorded))) release()
  }

  // Notes come before the part that is handed out after them.
  function nextIndex(): number {
    let index = taken
    while (isNote(index)) index++
    return index
  }

  function isNote(index: number): boolean {
    const encoded = parts[index]
    return encoded !== undefined && codec?.isNote?.(encoded) === true
  }

  async function part(first: number, index: number): Promise<IteratorResult<unknown>> {
    for (let note = first; note < index; note++) await unpacked(note)
    const value = unpacked(index)
    return index < parts.length ? { value: await value, done: false } : value.then(over)
  }

  async function unpacked(index: number): Promise<unknown> {
    await turn(index + 1)
    const encoded = parts[index]
    noteMoment(session, event, msAt(index + 1))
    releaseAfter(index)
    return encoded === undefined ? undefined : unpackServed(started, encoded)
  }

  function over(): IteratorResult<unknown> | Promise<never> {
    if (end === 'complete') return { value: undefined, done: true }
    if (end === 'error') throw revive(recorded.error)
    return cutOff(recorded)
  }

  function revive(error: Encoded | undefined): unknown {
    const revived =
      error === undefined ? new Error('The recorded stream failed.') : decodeServed(session, error)
    return options.reviveError ? options.reviveError(revived) : revived
  }

  // An aborted recording must not simply end, or a cut-off answer would look like a whole one.
  async function cutOff({ end: how }: StreamOutcome): Promise<never> {
    await awaitAbort(options.signal, replayOptions.abortGraceMs).catch((reason: unknown) => {
      // As of a call, what the reader was given for the abort is on the record.
      throw recorded.endSeen ? revive(recorded.error) : reason
    })
    // A read was in flight when the reader went: the loser of a race, as it is now.
    if (how === 'cancelled' && (await isStoppedWithin(replayOptions.abortGraceMs))) {
      return neverSettles(options.signal)
    }
    if (how === 'abandoned' && (await isOverWithin(session, replayOptions.abortGraceMs))) {
      return neverSettles(options.signal)
    }
    throw failSession(
      session,
      new ReplayNoSnapshotsError(
        `The recorded stream of ${options.kind} ${options.name} ends after ${parts.length} parts, because it was ${how}. Record the session again to read on.`,
        { session: replaySource(session), parts: parts.length, end: how },
      ),
    )
  }

  async function isStoppedWithin(graceMs: number): Promise<boolean> {
    if (isStopped) return true
    await new Promise<void>((resolve) => {
      noteStop = resolve
      startTimer(resolve, graceMs)
    })
    return isStopped
  }

  function stop(): void {
    isStopped = true
    noteStop()
    for (const tick of remainingTicks(recorded)) order.skip(tick)
    release()
  }

  // What came in spite of an abort is still to be handed out.
  function stopLater(): void {
    startBackgroundTimer(stop, replayOptions.abortGraceMs)
  }

  // Where the reader was told of the abort, that has a turn of its own.
  const endFrom = recorded.endSeen && end === 'aborted' ? parts.length : Number.POSITIVE_INFINITY
  const ignoredFrom =
    abortIgnored === undefined ? Number.POSITIVE_INFINITY : Math.max(0, abortIgnored - 1)
  const deafFrom = Math.min(endFrom, ignoredFrom)
  const isDeaf = () => nextIndex() >= deafFrom
  // Not every reader says that it has gone when it aborts.
  forget = onAbort(options.signal, () =>
    isDeaf() || abortIgnored !== undefined ? stopLater() : stop(),
  )
  return {
    next,
    nextInTurn,
    stop,
    isDeaf,
    open: () => turn(0),
    openInTurn: () => inTurn(0, 1, () => {}),
  }
}

function toResult(value: unknown): IteratorResult<unknown> {
  return { value, done: false }
}

function isCutOff({ end, endSeen }: StreamOutcome): boolean {
  return end !== 'complete' && end !== 'error' && !endSeen
}

function* remainingTicks(recorded: StreamOutcome): Generator<number> {
  const tickOf = createTickReader(recorded)
  for (let moment = 0; moment <= recorded.parts.length + 1; moment++) {
    const tick = tickOf(moment)
    if (tick !== undefined) yield tick
  }
}

// An abandoned stream was still being read when its session was over. So it is in a replay, whose
// function may have to do some more before it returns.
async function isOverWithin(session: SessionState, graceMs: number): Promise<boolean> {
  if (session.over === undefined) await delay(graceMs)
  return session.over !== undefined
}
