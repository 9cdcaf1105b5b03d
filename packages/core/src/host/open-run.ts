import { ReplayDisabledError, type SessionData, type SessionRecord } from '@retake/format'
import { checkData } from '../replay/check-data.ts'
import { checkReplayable } from '../replay/check-replayable.ts'
import { findRecorded, openReplay, type Recorded } from '../replay/replay.ts'
import { shelvedSession } from '../replay/sessions-at-hand.ts'
import { raiseFence } from '../fence/fence.ts'
import type { Config } from '../session/config.ts'
import { rootFrame } from '../session/frame.ts'
import { openSession } from '../session/lifecycle.ts'
import type { ReplayOptions } from '../session/replay-options.ts'
import type { OpenOptions } from '../session/session-options.ts'
import { watchTimerPromises } from '../stand-ins/install.ts'
import type { SessionScope, SessionState } from '../session/session-state.ts'

/** A replay to open: of which session, and how. */
export interface ReplayRun {
  /** The id of a session, or what a cassette file holds. */
  readonly source: string | SessionData
  readonly options?: ReplayOptions | undefined
  /** What holds where neither `options` nor whoever put the session at hand says otherwise. */
  readonly defaults?: ReplayOptions
  /** Called with the recorded session before the caller learns anything about it. Throws when it must not be replayed. */
  readonly authorize?: (session: SessionRecord) => void | Promise<void>
  /** What the replay's own session is about. Asked once it is known that it may be replayed. */
  readonly about?: () => OpenOptions
}

/**
 * Opens a session that is recorded, for whoever opens sessions from outside: a request, a function, a child process.
 *
 * @returns its outermost scope. A failing store is counted and warned of, never thrown.
 */
export function openRun(config: Config, about: OpenOptions = {}): SessionScope {
  raiseFence()
  return scopeOf(openSession(config, about))
}

/**
 * Opens the replay of a session: loads it, asks whether it may be replayed, checks whether it can be, and opens it.
 *
 * @returns its outermost scope.
 * @throws {RetakeError} `REPLAY_DISABLED` with a closed gate, what `authorize` throws, `REPLAY_SESSION_NOT_FOUND`,
 * `REPLAY_SESSION_EXPIRED`, `REPLAY_NO_SNAPSHOTS` or `REPLAY_INVALID_SESSION`.
 */
export async function openReplayRun(config: Config, run: ReplayRun): Promise<SessionScope> {
  const { source, options, defaults, authorize, about } = run
  if (!config.gate.replayEnabled) throw disabled()
  const recorded = typeof source === 'string' ? await findRecorded(config, source) : handed(source)
  await authorize?.(recorded.data.session)
  // Only now, so that a session which has expired tells a stranger nothing either.
  checkReplayable(recorded.data)
  raiseFence()
  const resolved = joined(defaults, recorded.options, options)
  watchTimerPromises()
  return scopeOf(openReplay(config, recorded, resolved, about?.()))
}

// Who may say what is not compared says it besides the others.
function joined(...all: readonly (ReplayOptions | undefined)[]): ReplayOptions {
  const ignore = all.flatMap((options) => options?.ignore ?? [])
  return Object.assign({}, ...all, ignore.length > 0 && { ignore }) as ReplayOptions
}

function handed(source: SessionData): Recorded {
  const data = checkData(source)
  return { ...shelvedSession(data.session.id), data }
}

function scopeOf(session: SessionState): SessionScope {
  return { session, frame: rootFrame() }
}

function disabled(): ReplayDisabledError {
  return new ReplayDisabledError(
    'Replay is off. Set RETAKE_REPLAY_ENABLED=1 in the environment before the process starts.',
  )
}
