import type { SessionState } from './session-state.ts'

// One registry per process: an app may load two copies of this package.
const KEY = Symbol.for('retake.open-replays.v1')
const open = resolveOpen()

function resolveOpen(): Set<SessionState> {
  const holder = globalThis as { [KEY]?: Set<SessionState> }
  return (holder[KEY] ??= new Set())
}

/** Notes that a replay has been opened. */
export function noteReplay(session: SessionState): void {
  open.add(session)
}

/** Notes that it has settled. */
export function forgetReplay(session: SessionState): void {
  open.delete(session)
}

/** The replays of this process that have not settled. */
export function openReplays(): ReadonlySet<SessionState> {
  return open
}
