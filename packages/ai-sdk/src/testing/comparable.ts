// Measured anew in each run, or removed before anything is stored.
const VOLATILE = new Set([
  'performance',
  'set-cookie',
  'openai-organization',
  'anthropic-organization-id',
])

/**
 * A copy of a result without what cannot come out the same: how long things took, and the headers that
 * no recording may hold. Classes, marks and the fields of errors stay.
 */
export function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable)
  // Its fields are accessors that a copy does not have.
  if (value instanceof DOMException) return { DOMException: `${value.name}: ${value.message}` }
  if (!(value instanceof Error) && !isRecord(value)) return value
  const copy = Object.create(Object.getPrototypeOf(value) as object) as object
  for (const key of keysOf(value)) {
    Object.defineProperty(copy, key, {
      value: comparable(Reflect.get(value, key)),
      enumerable: true,
    })
  }
  return copy
}

// What an error says is not enumerable.
function keysOf(value: object): PropertyKey[] {
  const keys = Reflect.ownKeys(value).filter((key) => !VOLATILE.has(String(key)))
  if (value instanceof Error) return keys.filter((key) => key !== 'stack')
  return keys.filter((key) => Object.prototype.propertyIsEnumerable.call(value, key))
}

function isRecord(value: unknown): value is object {
  return Object.prototype.toString.call(value) === '[object Object]'
}
