import type { Classes } from './classes.ts'
import { pack } from './pack.ts'
import { unpack } from './unpack.ts'

// What was recorded a moment ago, by its packed form: the app is given the very object it would have got.
const originals = new WeakMap<object, unknown>()

/** The packed form of a value that was just made, to be recorded. */
export function conceal(value: unknown, classes: Classes): unknown {
  const packed = pack(value, classes)
  return typeof packed === 'object' && packed !== null ? concealAs(packed, value) : packed
}

/** Lets `packed` stand for `original` on its way through the seam. */
export function concealAs<T extends object>(packed: T, original: unknown): T {
  originals.set(packed, original)
  return packed
}

/** What was concealed, or what a recording makes of it. */
export function reveal(packed: unknown, classes: Classes): unknown {
  return isLive(packed) ? originals.get(packed as object) : unpack(packed, classes)
}

/** Whether a value comes from a call that was made, as against a recording. */
export function isLive(packed: unknown): boolean {
  return typeof packed === 'object' && packed !== null && originals.has(packed)
}
