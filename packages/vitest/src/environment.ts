/** Variables of the environment, by name. */
export type Environment = Readonly<Record<string, string | undefined>>

const OFF = new Set(['', '0', 'false', 'no', 'off'])
// A test is a session of its own, whatever process started the run, and its cassette is the same on every machine.
const NOT_HANDED_ON = [
  'RETAKE_SESSION_ID',
  'RETAKE_REPLAY',
  'RETAKE_SESSION_HOP',
  'HOSTNAME',
  'COMPUTERNAME',
]

/** The environment of this process. Nothing else in this package looks at it. */
export function processEnvironment(): Environment {
  return process.env
}

/** Whether this is a run on a server, where nothing goes live: `CI` is set, and not to 0, false, no or off. */
export function isCi({ CI = '' }: Environment): boolean {
  return !OFF.has(CI.trim().toLowerCase())
}

/**
 * Opens the gate of what is made from now on: tests replay. An app reads it once, when it makes its instance,
 * so that this has to be imported before the app.
 */
export function openGate(): void {
  process.env.RETAKE_REPLAY_ENABLED ??= '1'
}

/** The environment for the instance of a test. */
export function testEnvironment(): Environment {
  const kept = Object.entries(process.env).filter(([name]) => !NOT_HANDED_ON.includes(name))
  return { ...Object.fromEntries(kept), RETAKE_REPLAY_ENABLED: '1' }
}
