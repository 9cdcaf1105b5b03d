import { decodeMarks, encodeMarks } from './marks.ts'
import { isEncodedList, isEncodedObject, setOwn, TAG, textOf, type EncodedObject } from './tags.ts'
import { errorFamily, type ErrorFamily } from './error-family.ts'
import { reviveError } from './error-revivers.ts'
import type { Encoded } from '../event.ts'

/** How the parts of an error are encoded. */
export interface PartEncoder {
  value(part: unknown): Encoded
  properties(keys: readonly string[]): EncodedObject
}

const BASES = [TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError]

/** Whether a value is an error, of this realm or another one. */
export function isError(value: object): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]'
}

/**
 * Encodes an error as data: the family it is of, what it says, and its own properties.
 *
 * The stack is not stored. It names files of this machine, and differs in each recording.
 */
export function encodeError(error: Error, encode: PartEncoder): EncodedObject {
  const { name, message } = error
  const keys = Object.keys(error).filter((key) => key !== 'cause' && key !== 'stack')
  const base = BASES.find((candidate) => error instanceof candidate)?.name
  const cause = Object.getOwnPropertyDescriptor(error, 'cause')
  return {
    [TAG]: 'error',
    family: errorFamily(error),
    name: typeof name === 'string' ? name : 'Error',
    message: encode.value(typeof message === 'string' ? message : ''),
    ...classOf(error, name),
    ...(base !== undefined && { base }),
    ...(error instanceof DOMException && { dom: true }),
    ...(cause && { cause: encode.value(error.cause) }),
    ...(cause?.enumerable && { causeEnumerable: true }),
    ...(error instanceof AggregateError && {
      errors: error.errors.map((part) => encode.value(part)),
    }),
    ...(keys.length > 0 && { props: encode.properties(keys) }),
    ...encodeMarks(error),
  }
}

/** Makes an error of a built-in class; an adapter may then give it the class it had. */
export function decodeError(tagged: EncodedObject, child: (value: Encoded) => unknown): Error {
  const { name, cause, causeEnumerable, props, family } = tagged
  const error = construct(tagged, child)
  for (const [key, part] of Object.entries(isEncodedObject(props) ? props : {}))
    setOwn(error, key, child(part))
  if (cause !== undefined) setOwn(error, 'cause', child(cause), causeEnumerable === true)
  // Where a class of the app gave the name, it becomes a property that is not enumerable.
  if (error.name !== name) setOwn(error, 'name', name, false)
  decodeMarks(error, tagged)
  const { class: className = name } = tagged
  return reviveError(error, family as ErrorFamily, textOf(className))
}

// Many SDKs leave the name of their errors at `Error`; which one it is only their class tells.
function classOf(error: Error, name: unknown): EncodedObject {
  const { constructor } = error as { constructor?: { name?: unknown } }
  const className = constructor?.name
  const isTold = className === name || error instanceof DOMException
  return typeof className === 'string' && !isTold ? { class: className } : {}
}

function construct(
  { name, message = '', base, dom, errors }: EncodedObject,
  child: (value: Encoded) => unknown,
): Error {
  // A message that was too long was withheld, and decodes to `undefined`.
  const text = child(message) ?? ''
  if (typeof name !== 'string' || typeof text !== 'string')
    throw new TypeError('name and message must be text')
  if (dom === true) return new DOMException(text, name)
  if (isEncodedList(errors)) return new AggregateError(errors.map(child), text)
  const Base = BASES.find((candidate) => candidate.name === base) ?? Error
  return new Base(text)
}
