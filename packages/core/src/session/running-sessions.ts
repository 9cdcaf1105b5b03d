// One registry per process: an app may load two copies of this package.
const KEY = Symbol.for('retake.running-sessions.v1')
const running = resolveRunning()

function resolveRunning(): Set<string> {
  const holder = globalThis as { [KEY]?: Set<string> }
  return (holder[KEY] ??= new Set())
}

/** Notes that a session is being recorded. */
export function noteRunning(id: string): void {
  running.add(id)
}

/** Notes that it has settled. */
export function forgetRunning(id: string): void {
  running.delete(id)
}

/** Whether a session is being recorded in this process. Nothing is known of others. */
export function isRunning(id: string): boolean {
  return running.has(id)
}
