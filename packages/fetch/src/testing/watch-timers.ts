import { createHook } from 'node:async_hooks'

/** Notes how long the timers are that are started from now on, in milliseconds, without taking the place of `setTimeout`. */
export function watchTimers(): { stop(): readonly number[] } {
  const started: number[] = []
  const hook = createHook({
    init(_id, type, _trigger, resource) {
      if (type === 'Timeout') started.push((resource as { _idleTimeout: number })._idleTimeout)
    },
  }).enable()
  return {
    stop() {
      hook.disable()
      return started
    },
  }
}
