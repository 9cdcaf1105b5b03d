import { realOf, SECOND_MS, wallMs } from '@retake/format'

// Taken when the module loads: fake timers that a test installs later must not hold a replay still. Another copy of
// this package may have put virtual ones in their place before.
const setTimeout = realOf(globalThis.setTimeout)
const clearTimeout = realOf(globalThis.clearTimeout)
const setImmediate =
  typeof globalThis.setImmediate === 'function' ? realOf(globalThis.setImmediate) : undefined

// Node loads `performance` when it is first looked at, which is a tenth of what it takes to import us.
const hrtime = resolveHrtime()
const performance = hrtime ? undefined : globalThis.performance

/** A timer that can be cancelled. */
export type Timer = ReturnType<typeof globalThis.setTimeout>

/** Monotonic clock, in milliseconds with fractions. */
export function monotonicMs(): number {
  if (hrtime === undefined) return performance?.now() ?? wallMs()
  const [seconds, nanoseconds] = hrtime()
  return seconds * SECOND_MS + nanoseconds / 1e6
}

/** Duration since `startedMs` of the monotonic clock, to a hundredth of a millisecond. */
export function elapsedMs(startedMs: number): number {
  return Math.round((monotonicMs() - startedMs) * 100) / 100
}

/** Runs `task` in a macrotask of its own, after the promises that are ready now. */
export function macrotask(task: () => void): void {
  if (setImmediate) setImmediate(task)
  else setTimeout(task, 0)
}

/** The same, unless what is returned is called before. */
export function startImmediate(task: () => void): () => void {
  let isStopped = false
  macrotask(() => {
    if (!isStopped) task()
  })
  return () => {
    isStopped = true
  }
}

/** Runs `task` after `ms` of real time. */
export function startTimer(task: () => void, ms: number): Timer {
  return setTimeout(task, ms)
}

/** Like `startTimer`, but does not keep the process alive. */
export function startBackgroundTimer(task: () => void, ms: number): Timer {
  const timer: unknown = setTimeout(task, ms)
  if (hasUnref(timer)) timer.unref()
  return timer as Timer
}

/** Says whether a timer keeps the process alive, where the runtime lets one say so. */
export function holdsProcess(timer: Timer, isHolding: boolean): void {
  if (!hasUnref(timer)) return
  if (isHolding) timer.ref()
  else timer.unref()
}

export function stopTimer(timer: Timer | undefined): void {
  if (timer !== undefined) clearTimeout(timer)
}

/** Resolves after `ms` of real time, or rejects with the reason of `signal` when that aborts first. */
export function delay(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      stopTimer(timer)
      reject(signal?.reason)
    }
    const timer = startTimer(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, ms)
    if (signal?.aborted) abort()
    else signal?.addEventListener('abort', abort, { once: true })
  })
}

function resolveHrtime(): (() => [number, number]) | undefined {
  return typeof process === 'object' ? process.hrtime : undefined
}

function hasUnref(timer: unknown): timer is { ref(): void; unref(): void } {
  return typeof timer === 'object' && timer !== null && 'unref' in timer
}
