import { standIn } from '@retake/format'
import { builtinModule, syncNamedImports } from '../runtime/builtin.ts'
import { placeOf, plainReplay, startAt, type VirtualStart } from './timer-start.ts'

type AnyFunction = (...args: never[]) => unknown
type Wait = (...args: never[]) => Promise<unknown>

interface WaitOptions {
  readonly signal?: AbortSignal
  readonly ref?: boolean
}

/**
 * Replaces the functions of `node:timers/promises`. While recording they run through the same code as in a replay, so
 * that their promises take as many rounds of the microtask queue.
 */
export function installTimerPromises(): void {
  const promises = builtinModule('node:timers/promises')
  if (promises === undefined) return
  const { setTimeout, setImmediate, setInterval, scheduler } = promises as Partial<
    Record<'setTimeout' | 'setImmediate', Wait> & {
      setInterval: AnyFunction
      scheduler: object
    }
  >
  const wait = setTimeout && waiter(setTimeout, (args) => ({ delay: args[0], rest: args.slice(1) }))
  const turn = setImmediate && waiter(setImmediate, (args) => ({ rest: args }))
  if (scheduler) replaceScheduler(scheduler, wait, turn)
  if (wait) Reflect.set(promises, 'setTimeout', wait)
  if (turn) Reflect.set(promises, 'setImmediate', turn)
  if (setInterval) Reflect.set(promises, 'setInterval', repeater(setInterval))
  syncNamedImports()
}

function replaceScheduler(scheduler: object, wait?: AnyFunction, turn?: AnyFunction): void {
  const methods = {
    ...(wait && { wait: (ms: unknown, options?: unknown) => call(wait, [ms, undefined, options]) }),
    ...(turn && { yield: () => call(turn, []) }),
  }
  for (const [name, value] of Object.entries(methods)) {
    Reflect.defineProperty(scheduler, name, { value, configurable: true, writable: true })
  }
}

interface Asked {
  /** Absent for the next turn. */
  readonly delay?: unknown
  /** The value and the options. */
  readonly rest: readonly unknown[]
}

function waiter(real: Wait, read: (args: readonly unknown[]) => Asked): Wait {
  const wait = (...args: unknown[]): Promise<unknown> => {
    const asked = read(args)
    const [value, options] = asked.rest
    const kind = 'delay' in asked ? 'timeout' : 'immediate'
    const place = isPlain(options) ? placeOf(kind, asked.delay) : undefined
    if (place) return waitAt(place, value, options as WaitOptions)
    const waited = call(real, args) as Promise<unknown>
    return 'delay' in asked ? noted(waited, asked.delay) : waited
  }
  return standIn(real, wait as Wait)
}

// A plain one of a replay is noted, for the hint that it has lost a race.
function noted(waited: Promise<unknown>, delay: unknown): Promise<unknown> {
  const replay = plainReplay()
  if (replay === undefined) return waited
  let isOver = false
  const over = () => {
    isOver = true
  }
  waited.then(over, over)
  replay.notePlainTimer(Number(delay) || 0, () => isOver)
  return waited
}

function waitAt(place: VirtualStart, value: unknown, options: WaitOptions = {}): Promise<unknown> {
  const { signal } = options
  let forget = () => {}
  const waited = new Promise((resolve, reject) => {
    const stop = startAt(place, () => resolve(value), options)
    if (signal === undefined) return
    const abort = () => {
      stop()
      reject(abortError(signal.reason))
    }
    signal.addEventListener('abort', abort, { once: true })
    forget = () => signal.removeEventListener('abort', abort)
  })
  return signal ? waited.finally(forget) : waited
}

function repeater(real: AnyFunction): AnyFunction {
  async function* repeat(...args: unknown[]): AsyncGenerator {
    const [delay, value, options] = args
    const place = isPlain(options) ? placeOf('interval', delay) : undefined
    if (place) yield* repeatAt(place, value, options as WaitOptions)
    else yield* call(real, args) as AsyncIterable<unknown>
  }
  return standIn(real, repeat as unknown as AnyFunction)
}

async function* repeatAt(
  place: VirtualStart,
  value: unknown,
  { signal, ref }: WaitOptions = {},
): AsyncGenerator {
  let unread = 0
  let wake = () => {}
  const woken = () =>
    new Promise<void>((resolve) => {
      wake = resolve
    })
  const fire = () => {
    unread++
    wake()
  }
  const stop = startAt(place, fire, { repeats: true, ...(ref !== undefined && { ref }) })
  const abort = () => {
    stop()
    wake()
  }
  signal?.addEventListener('abort', abort, { once: true })
  try {
    while (!isAborted(signal)) {
      if (unread === 0) await woken()
      for (; unread > 0; unread--) yield value
    }
    throw abortError(signal?.reason)
  } finally {
    stop()
    signal?.removeEventListener('abort', abort)
  }
}

// What is wrong with options, and that a signal has aborted, the real one says.
function isPlain(options: unknown): boolean {
  if (options === undefined) return true
  if (typeof options !== 'object' || options === null) return false
  const { signal, ref } = options as { readonly signal?: unknown; readonly ref?: unknown }
  const isWaiting = signal === undefined || (signal instanceof AbortSignal && !signal.aborted)
  return isWaiting && (ref === undefined || typeof ref === 'boolean')
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true
}

// As Node's, whose class cannot be had.
function abortError(cause: unknown): Error {
  const error = new Error('The operation was aborted', { cause })
  return Object.assign(error, { code: 'ABORT_ERR', name: 'AbortError' })
}

function call(fn: AnyFunction, args: readonly unknown[]): unknown {
  return Reflect.apply(fn, undefined, args as never[])
}
