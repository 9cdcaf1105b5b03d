// Measured anew in each run, or removed before anything is stored.
const VOLATILE = new Set([
  'performance',
  'set-cookie',
  'openai-organization',
  'anthropic-organization-id',
])

/**
 * A copy of a result as plain data, in which everything that can be told apart is: classes by their name,
 * errors with their marks and fields, bytes as numbers. How long things took is left out, and so are the
 * headers that no recording may hold.
 */
export function comparable(value: unknown): unknown {
  if (typeof value === 'function') return `function ${value.name}`
  if (typeof value !== 'object' || value === null) return asText(value)
  if (Array.isArray(value)) return value.map(comparable)
  if (value instanceof Date) return { Date: value.toISOString() }
  if (value instanceof URL) return { URL: value.href }
  if (ArrayBuffer.isView(value)) return { [value.constructor.name]: [...(value as Uint8Array)] }
  if (value instanceof Map) return { Map: comparable([...value]) }
  if (value instanceof DOMException) return { DOMException: `${value.name}: ${value.message}` }
  const entries = keysOf(value).map((key) => [String(key), comparable(Reflect.get(value, key))])
  const className = classOf(value)
  return Object.fromEntries(className ? [['class', className], ...entries] : entries)
}

// What JSON has no word for, and what two runs must not mix up.
function asText(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return `number ${value}`
  if (typeof value === 'bigint') return `bigint ${value}`
  return value === undefined ? 'undefined' : value
}

// What an error says is not enumerable, and nor are the marks of its class.
function keysOf(value: object): PropertyKey[] {
  const keys = Reflect.ownKeys(value).filter((key) => !VOLATILE.has(String(key)))
  if (value instanceof Error) return keys.filter((key) => key !== 'stack').toSorted(byText)
  return keys.filter((key) => Object.prototype.propertyIsEnumerable.call(value, key))
}

function byText(one: PropertyKey, other: PropertyKey): number {
  return String(one) < String(other) ? -1 : 1
}

function classOf(value: object): string | undefined {
  if (value instanceof Error) return value.name
  const { constructor } = value
  return constructor === Object || typeof constructor !== 'function' ? undefined : constructor.name
}
