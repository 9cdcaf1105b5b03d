// A private field is of use only where it is read, as in `this.#balance` or `#balance in account`.
const PRIVATE_ACCESS = /[.]#[\p{ID_Start}$_]|#[\p{ID_Start}$_][\p{ID_Continue}$]* in /u

const known = new WeakMap<object, boolean>()

/**
 * Whether objects with this prototype have private fields: a state that nothing outside of their class
 * can read, so that a copy of what can be read is another object.
 *
 * Their class tells by its source text. Built-in classes, and compiled ones that keep such state
 * elsewhere, do not.
 */
export function hasPrivateFields(prototype: unknown): boolean {
  if (typeof prototype !== 'object' || prototype === null) return false
  const before = known.get(prototype)
  if (before !== undefined) return before
  const found = isPrivate(prototype) || hasPrivateFields(Object.getPrototypeOf(prototype))
  known.set(prototype, found)
  return found
}

function isPrivate(prototype: object): boolean {
  const own: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
  return typeof own === 'function' && PRIVATE_ACCESS.test(Function.prototype.toString.call(own))
}
