import { macrotask, startBackgroundTimer, stopTimer } from '../runtime/clock.ts'
import {
  describeError as describe,
  type RetakeError,
  type EndRecord,
  formatReport,
  type ReplayReport,
  isoTime,
} from '@retake/format'
import { append } from './append.ts'
import { forget, noteStoreFailure, openKept, openLog } from './until-stored.ts'
import { abandonAll } from './open-work.ts'
import type { OpenOptions } from './session-options.ts'
import type { RunningSession } from './running-session.ts'
import { type OverReason, type SessionReplay, SessionState, stateOf } from './session-state.ts'
import { writeAllHeld } from './held-records.ts'
import { forgetReplay, noteReplay } from './open-replays.ts'
import { forgetRunning, noteRunning } from './running-sessions.ts'
import { readUnread } from './unread-streams.ts'
import { snapshotTotals } from './totals.ts'
import { toStored } from './stored.ts'
import { guarded } from './guard.ts'
import { resolveEndState, outline, hasLeftovers } from './end-state.ts'
import type { Config } from './config.ts'

// What a replay waits for is at hand; only calls that go live take their time.
const REPLAY_DRAIN_MS = 5_000

/**
 * Opens a session, and writes its first record unless it may be forgotten. Never throws: a store that
 * fails is counted and warned of.
 *
 * @param replay makes it the replay of another session.
 */
export function openSession(
  config: Config,
  options: OpenOptions = {},
  replay?: SessionReplay,
): SessionState {
  const session = new SessionState(config, options, replay)
  config.stats.sessions++
  if (replay) {
    config.stats.replays++
    noteReplay(session)
  } else noteRunning(session.id)
  if (!isSampled(session)) session.awaits = 'failure'
  else if (options.isForgettable) session.awaits = 'event'
  else openLog(session)
  return session
}

/** Counts work that the end of the session waits for, until what is returned is called. */
export function retain(session: SessionState): () => void {
  const epoch = holdOpen(session)
  let held = true
  return () => {
    if (held) letGo(session, epoch)
    held = false
  }
}

/**
 * Counts work that the end of the session waits for, until `letGo` is called, once.
 *
 * @returns what `letGo` has to be told.
 */
export function holdOpen(session: SessionState): number {
  session.pending++
  return session.epoch
}

/** Notes that work is over which was counted by `holdOpen`. */
export function letGo(session: SessionState, epoch: number): void {
  if (session.epoch === epoch) session.pending--
  // A turn later, so that what the outcome leads to has started by then.
  if (session.over !== undefined) macrotask(() => settleIfDone(session))
}

/** Notes that work has started; work that starts when the session has settled is late. */
export function noteStart(session: SessionState): void {
  if (!session.settled) return
  session.late++
  session.config.stats.late++
  // It may be over at once, and is to be in the report all the same.
  macrotask(() => settleIfDone(session))
}

/** Brings a session to its end again of which something was stored only after it. */
export function settleLate(session: SessionState): void {
  if (session.settled && !session.closed) macrotask(() => settleIfDone(session))
}

/** The response, or the session's function, is over. The session settles when nothing is pending. */
export function finishSession(session: SessionState, reason: OverReason): void {
  if (session.over !== undefined) return
  session.over = reason
  if (session.pending > 0) startDrain(session)
  readUnread(session)
  // Who lost a race may be about to ask for them in this very turn.
  if (hasLeftovers(session)) macrotask(() => settleIfDone(session))
  else settleIfDone(session)
}

/** Resolves when the session has settled and its end is written. */
export function whenSettled(session: SessionState): Promise<void> {
  if (session.settled) return Promise.resolve()
  return new Promise((resolve) => void (session.waiters ??= []).push(resolve))
}

/** Fails a replay for good. The first failure stays; later calls are refused with it. */
export function failSession(session: RunningSession, error: RetakeError): RetakeError {
  const state = stateOf(session)
  state.failure ??= error
  return state.failure
}

// Once: what starts meanwhile has what is left of the time.
function startDrain(session: SessionState): void {
  if (session.settled) return
  session.drain ??= startBackgroundTimer(() => abandonOpen(session), drainMs(session))
}

function drainMs({ config, replay }: SessionState): number {
  return replay ? Math.min(config.drainMs, REPLAY_DRAIN_MS) : config.drainMs
}

function isSampled(session: SessionState): boolean {
  const { sample } = session.config
  // One that cannot be decided on is stored.
  return sample === undefined || (guarded(session, () => sample(() => outline(session))) ?? true)
}

function settleIfDone(session: SessionState): void {
  if (session.over === undefined) return
  // What was in flight may have led to more.
  if (session.pending > 0) return startDrain(session)
  if (session.settled) return guarded(session, () => conclude(session))
  session.settled = true
  if (session.replay) forgetReplay(session)
  else forgetRunning(session.id)
  session.replay?.settled(session)
  stopTimer(session.drain)
  // Nothing is pending: what is still open does not hold the session.
  abandonAll(session)
  guarded(session, () => conclude(session))
  if (session.waiters) for (const resolve of session.waiters.splice(0)) resolve()
}

// Writes the end of a session, unless there is nothing of it to be stored.
function conclude(session: SessionState): void {
  const report = session.replay?.report(session)
  const { awaits } = session
  if (awaits === undefined || (awaits !== 'nothing' && resolveEndState(session) === 'failure')) {
    if (awaits !== undefined) openKept(session)
    guarded(session, () => writeEnd(session, report))
    if (!session.closed) closeLog(session)
  } else if (awaits === 'failure') forget(session)
  if (report && report.status !== 'ok') session.config.log(formatReport(report))
}

// What does not come to an end by itself is closed as it is: streams that nobody reads, calls that hang.
function abandonOpen(session: SessionState): void {
  abandonAll(session)
  session.epoch++
  session.pending = 0
  settleIfDone(session)
}

function writeEnd(session: SessionState, report: ReplayReport | undefined): void {
  // The message of an error of the app, which may hold anything.
  const reason = session.endReason ?? session.failure?.message
  const record: EndRecord = {
    type: 'end',
    status: 'completed',
    endState: resolveEndState(session),
    endReason: reason && session.config.redactor.text(reason),
    endedAt: isoTime(),
    totals: snapshotTotals(session.totals),
    ...(session.late > 0 ? { late: session.late } : {}),
    ...(session.lost > 0 ? { lost: session.lost } : {}),
    ...(session.result === undefined ? {} : { result: session.result }),
    ...(report ? { report: toStored(session.config, report) } : {}),
  }
  writeAllHeld(session)
  append(session, record)
}

function closeStored(session: SessionState): void {
  try {
    session.journal?.close()
  } catch (error) {
    session.config.stats.dropped++
    noteStoreFailure(session, error)
  }
}

function closeLog(session: SessionState): void {
  const { config, id } = session
  session.closed = true
  closeStored(session)
  const kept = config.keep({
    ...outline(session),
    endState: resolveEndState(session),
    totals: snapshotTotals(session.totals),
  })
  if (!kept) {
    config.store
      .remove(id)
      .catch((error: unknown) => config.warn('remove', `session ${id} stays: ${describe(error)}`))
  }
}
