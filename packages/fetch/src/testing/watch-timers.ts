import { currentScope } from '@retake/core/adapter'
import { createHook } from 'node:async_hooks'

/**
 * Notes how long the timers are that are started in sessions from now on, in milliseconds, without taking the place of
 * `setTimeout`.
 */
export function watchTimers(): { stop(): readonly number[] } {
  const started: number[] = []
  const hook = createHook({
    init(_id, type, _trigger, resource) {
      if (type !== 'Timeout' || currentScope() === undefined) return
      started.push((resource as { readonly _idleTimeout: number })._idleTimeout)
    },
  }).enable()
  return {
    stop() {
      hook.disable()
      return started
    },
  }
}
