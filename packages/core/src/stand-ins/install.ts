import { standIn, type VirtualKind } from '@retake/format'
import { currentSessionScope } from '../session/scope.ts'
import { installCrypto, type VirtualPlace } from './crypto.ts'
import { createDate } from './date.ts'
import { installTimerPromises } from './timer-promises.ts'
import { installTimers } from './timers.ts'

// One set per process: an app may load two copies of this package, and each global is replaced once.
const INSTALLED = Symbol.for('retake.virtual.v1')

const INSTALLERS: Readonly<Record<VirtualKind, () => void>> = {
  date: installDate,
  random: installRandom,
  uuid: () => installCrypto(() => placeOf('uuid')),
  timers() {
    watchTimerPromises()
    installTimers()
  },
}

/**
 * Replaces globals by ones that ask the session in whose scope they are used, for as long as the process lives.
 * Everywhere else they are the real ones.
 */
export function installVirtual(kinds: ReadonlySet<VirtualKind>): void {
  for (const kind of kinds) installOnce(kind, INSTALLERS[kind])
}

/** Has replays see the promises of timers that are not virtual in them. */
export function watchTimerPromises(): void {
  installOnce('timer promises', installTimerPromises)
}

function installOnce(what: string, install: () => void): void {
  const holder = globalThis as { [INSTALLED]?: Set<string> }
  const installed = (holder[INSTALLED] ??= new Set())
  if (installed.has(what)) return
  installed.add(what)
  install()
}

/** Where the running code draws from. Beneath recorded calls nothing is virtual: a replay does not run them. */
function placeOf(kind: VirtualKind): VirtualPlace | undefined {
  const scope = currentSessionScope()
  if (scope === undefined || scope.beneath !== undefined) return undefined
  const { virtual } = scope.session
  return virtual?.globals.has(kind) ? { virtual, path: scope.frame.path } : undefined
}

// Where the realm is locked down none of this has an effect, and it must not throw.

function installDate(): void {
  const { Date: Real } = globalThis
  const replaced = createDate(Real, () => {
    const place = placeOf('date')
    return place?.virtual.now(place.path)
  })
  // Not enumerable, as all globals of the language.
  const property = { value: replaced, writable: true, enumerable: false, configurable: true }
  if (!Reflect.defineProperty(globalThis, 'Date', property)) return
  // What asks a date for its class expects the one that it knows.
  Reflect.defineProperty(Real.prototype, 'constructor', property)
}

function installRandom(): void {
  const { random: real } = Math
  const drawn = (): number => {
    const place = placeOf('random')
    return place ? place.virtual.random(place.path) : real()
  }
  Reflect.set(Math, 'random', standIn(real, drawn))
}
