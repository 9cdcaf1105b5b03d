import type { Environment } from '@retake/redact'

/** What the environment allows. Read once, when an instance is created. */
export interface Gate {
  /** `RETAKE_REPLAY_ENABLED` is 1, true, yes or on. */
  readonly replayEnabled: boolean
  /** `NODE_ENV` is production: a replay over HTTP needs `replaySecret` besides. */
  readonly production: boolean
  /** `RETAKE_REPLAY_SECRET`, which a request repeats in `X-Replay-Key`. */
  readonly replaySecret?: string
  /** `RETAKE_SESSION_ID`: the session of the parent process. */
  readonly inheritedSession?: string
  /** `RETAKE_REPLAY`: what the parent process replays, in the form of `X-Replay`. */
  readonly inheritedReplay?: string
  /** `RETAKE_SESSION_HOP`: which child of the parent's session this process is. */
  readonly inheritedHop?: string
}

const ON = new Set(['1', 'true', 'yes', 'on'])

/** Reads the gate. */
export function resolveGate(environment: Environment): Gate {
  const {
    RETAKE_REPLAY_ENABLED: enabled = '',
    RETAKE_REPLAY_SECRET,
    RETAKE_SESSION_ID,
    RETAKE_REPLAY,
    RETAKE_SESSION_HOP,
  } = environment
  return {
    replayEnabled: ON.has(enabled.trim().toLowerCase()),
    production: environment.NODE_ENV === 'production',
    ...(RETAKE_REPLAY_SECRET ? { replaySecret: RETAKE_REPLAY_SECRET } : {}),
    ...(RETAKE_SESSION_ID ? { inheritedSession: RETAKE_SESSION_ID } : {}),
    ...(RETAKE_REPLAY ? { inheritedReplay: RETAKE_REPLAY } : {}),
    ...(RETAKE_SESSION_HOP ? { inheritedHop: RETAKE_SESSION_HOP } : {}),
  }
}

/** Name of this host, as far as the environment tells. */
export function hostName({ HOSTNAME, COMPUTERNAME }: Environment): string | undefined {
  return HOSTNAME ?? COMPUTERNAME
}
