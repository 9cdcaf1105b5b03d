import { installSeededRandom } from './seeded-random.ts'

// Known to every copy of this package, so that none wraps what another one has wrapped.
const WRAPPED = Symbol.for('retake.wrapped')

/** What a stand-in does otherwise than its target. */
export interface StandInOptions {
  /** Gives what stands for the value of a property. */
  readonly read: (property: PropertyKey, value: unknown) => unknown
  /** Calls the target, where that is a function. */
  readonly apply?: (args: unknown[]) => unknown
}

/**
 * An object that has all that `target` has, and differs from it only in what `read` and `apply` say.
 *
 * Getters and methods run on the target itself, so that private fields work.
 *
 * @see docs/decisions/0013-ai-sdk-stand-ins.md
 */
export function standIn<T extends object>(target: T, { read, apply }: StandInOptions): T {
  installSeededRandom()
  return new Proxy(hostOf(target), {
    get: (_host, property) =>
      property === WRAPPED ? true : read(property, Reflect.get(target, property, target)),
    set: (_host, property, value) => Reflect.set(target, property, value, target),
    apply: (_host, receiver, args: unknown[]) =>
      apply ? apply(args) : (Reflect.apply(target as () => unknown, receiver, args) as unknown),
  })
}

/** Makes an object of ours known as one that needs no wrapping. */
export function markAsWrapped(value: object): void {
  Object.defineProperty(value, WRAPPED, { value: true })
}

/** Whether `value` is a stand-in, or marked as one. */
export function isWrapped(value: object): boolean {
  return Reflect.get(value, WRAPPED) === true
}

// A proxy must tell the truth about fixed properties of its host; what has such methods is put behind a blank.
function hostOf<T extends object>(target: T): T {
  const properties = Object.values(Object.getOwnPropertyDescriptors(target))
  const isFixed = properties.some(
    ({ configurable, writable, value }) =>
      configurable === false && writable === false && typeof value === 'function',
  )
  if (!isFixed) return target
  const blank = typeof target === 'function' ? () => {} : {}
  return Object.setPrototypeOf(blank, target) as T
}
