import { realOf, standIn } from '@retake/format'
import { currentScope } from '../session/scope.ts'
import { builtinModule, syncNamedImports } from '../runtime/builtin.ts'
import {
  LONGEST_MS,
  noteFiring,
  placeOf,
  plainReplay,
  startAt,
  type TimerKind,
  type VirtualStart,
} from './timer-start.ts'
import { timerOf, VirtualTimer } from './virtual-timer.ts'

type AnyFunction = (...args: never[]) => unknown
type Callback = (this: unknown, ...args: unknown[]) => unknown

const PROMISIFIED = Symbol.for('nodejs.util.promisify.custom')

/**
 * Makes timers come from the session in whose scope they are started: those of the globals and of `node:timers`, and
 * `AbortSignal.timeout`. Those of `node:timers/promises` are replaced before.
 *
 * @see docs/decisions/0070-virtual-timers.md
 */
export function installTimers(): void {
  const timers = builtinModule('node:timers') ?? {}
  const stands = {
    ...standInsFor('setTimeout', (real) => starter('timeout', real)),
    ...standInsFor('setInterval', (real) => starter('interval', real)),
    ...standInsFor('setImmediate', (real) => starter('immediate', real)),
    ...standInsFor('clearTimeout', stopper),
    ...standInsFor('clearInterval', stopper),
    ...standInsFor('clearImmediate', stopper),
  }
  // What is locked down stays as it is.
  for (const [name, stand] of Object.entries(stands)) {
    Reflect.set(globalThis, name, stand)
    Reflect.set(timers, name, stand)
  }
  installAbortTimeout()
  promisify(stands)
  syncNamedImports()
}

// What `promisify` makes of them.
function promisify(stands: Readonly<Record<string, AnyFunction>>): void {
  const promises = builtinModule('node:timers/promises') ?? {}
  for (const name of ['setTimeout', 'setImmediate']) {
    const value: unknown = Reflect.get(promises, name)
    const stand = stands[name]
    if (stand && value) Reflect.defineProperty(stand, PROMISIFIED, { value, enumerable: true })
  }
}

// Not every runtime has all of them.
function standInsFor(
  name: string,
  make: (real: AnyFunction) => AnyFunction,
): Readonly<Record<string, AnyFunction>> {
  const current: unknown = Reflect.get(globalThis, name)
  if (typeof current !== 'function') return {}
  // What watches plain timers is in its place for the time of a replay.
  const real = realOf(current as AnyFunction)
  return { [name]: standIn(real, make(real)) }
}

interface Started {
  readonly kind: TimerKind
  readonly real: AnyFunction
  /** The stand-in that was called. */
  readonly callee: AnyFunction
  readonly target: unknown
  readonly callback: Callback
  /** What was given besides: the delay, where the kind has one, and what the callback is given. */
  readonly rest: readonly unknown[]
}

function starter(kind: TimerKind, real: AnyFunction): AnyFunction {
  return function start(this: unknown, ...args: unknown[]): unknown {
    // Nearly all timers of a process are started elsewhere.
    if (currentScope() === undefined) return apply(real, this, args)
    const [callback, ...rest] = args as [Callback, ...unknown[]]
    const started = { kind, real, callee: start as AnyFunction, target: this, callback, rest }
    const delay = kind === 'immediate' ? 0 : rest[0]
    const place = typeof callback === 'function' ? placeOf(kind, delay, started.callee) : undefined
    return place ? startVirtual(started, place) : startPlain(started)
  }
}

function startVirtual(
  { kind, real, target, callback, rest }: Started,
  place: VirtualStart,
): unknown {
  if (place.track.ticks) {
    const args = kind === 'immediate' ? rest : rest.slice(1)
    const plan = { ...place, repeats: kind === 'interval' }
    return new VirtualTimer(plan, (timer) => Reflect.apply(callback, timer, args))
  }
  const noted = function (this: unknown, ...args: unknown[]): unknown {
    noteFiring(place)
    return Reflect.apply(callback, this, args)
  }
  return apply(real, target, [noted, ...rest])
}

function startPlain({ kind, real, callee, target, callback, rest }: Started): unknown {
  const replay = kind === 'timeout' ? plainReplay() : undefined
  if (replay === undefined) return apply(real, target, [callback, ...rest])
  const [ms, ...args] = rest
  return replay.startPlain({
    ms,
    callee,
    start: (delay) => apply(real, target, [callback, delay, ...args]),
  })
}

function stopper(real: AnyFunction): AnyFunction {
  return function stop(this: unknown, timer: unknown) {
    const virtual = timer instanceof VirtualTimer ? timer : timerOf(timer)
    if (virtual === undefined) return apply(real, this, [timer])
    virtual.close()
    return undefined
  }
}

function installAbortTimeout(): void {
  const real = realOf<(this: unknown, ms: number) => AbortSignal>(
    Reflect.get(AbortSignal, 'timeout'),
  )

  function timeout(this: unknown, ms: number): AbortSignal {
    const isPlain = Number.isInteger(ms) && ms >= 0 && ms <= LONGEST_MS
    const place = isPlain ? placeOf('abort', ms, timeout) : undefined
    if (place === undefined) {
      const signal = Reflect.apply(real, this, [ms])
      plainReplay()?.notePlainTimer(ms, () => signal.aborted)
      return signal
    }
    const controller = new AbortController()
    startAt(place, () => controller.abort(timeoutError()), { ref: false })
    return controller.signal
  }

  Reflect.set(AbortSignal, 'timeout', standIn(real, timeout))
}

// As that of the platform.
function timeoutError(): DOMException {
  return new DOMException('The operation was aborted due to timeout', 'TimeoutError')
}

function apply(real: AnyFunction, target: unknown, args: readonly unknown[]): unknown {
  return Reflect.apply(real, target, args as never[])
}
