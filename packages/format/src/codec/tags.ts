import { ReplayInvalidSessionError } from '../errors.ts'
import type { Encoded } from '../event.ts'

/** The key that makes an object a tag. A user's object that has it is wrapped in an `object` tag. */
export const TAG = '$rt'

/** Deepest nesting of values that are encoded. A level takes at most two levels of JSON. */
export const MAX_DEPTH = 200

/** Deepest nesting of encoded values that anything walks into. */
export const MAX_ENCODED_DEPTH = 500

/** An object of an encoded value, tagged or plain. */
export type EncodedObject = { readonly [key: string]: Encoded }

/** Whether an encoded value is an object. */
export function isEncodedObject(value: Encoded | undefined): value is EncodedObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether an encoded value is a list. */
export function isEncodedList(value: Encoded | undefined): value is readonly Encoded[] {
  return Array.isArray(value)
}

/** An encoded value where it is a text; empty where it is none. */
export function textOf(value: Encoded | undefined): string {
  return typeof value === 'string' ? value : ''
}

/** The tag of an object; `undefined` for a plain one, empty for one that `encode` cannot have written. */
export function tagOf(value: EncodedObject): string | undefined {
  return Object.hasOwn(value, TAG) ? textOf(value[TAG]) : undefined
}

/** Stands for what is not stored, and says why. */
export function withheldTag(why: string): EncodedObject {
  return { [TAG]: 'withheld', why }
}

/** Refuses a value that `encode` cannot have written. */
export function malformed(what: string): never {
  throw new ReplayInvalidSessionError(`A recorded value cannot be read: ${what}.`)
}

/** Sets a property, also one named `__proto__`, which an assignment takes for the prototype. */
export function setOwn(target: object, key: PropertyKey, value: unknown, enumerable = true): void {
  Object.defineProperty(target, key, { value, enumerable, writable: true, configurable: true })
}
