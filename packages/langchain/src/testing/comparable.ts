// Made up anew in each run by LangChain and its graphs, or never stored.
const RUN_ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{32}\b/g
const VOLATILE = new Set([
  'stack',
  'set-cookie',
  'anthropic-organization-id',
  'openai-organization',
  'date',
  'openai-processing-ms',
])

/**
 * A description of a value that can be compared: the classes of its objects, their fields, hidden marks and
 * undefined ones included, without what is new in each run.
 */
export function comparable(value: unknown, seen: readonly object[] = []): unknown {
  if (typeof value === 'string') return value.replace(RUN_ID, '<id>')
  if (typeof value === 'function') return '<function>'
  if (typeof value !== 'object' || value === null) return value
  if (seen.includes(value)) return '<circular>'
  const inside = [...seen, value]
  if (Array.isArray(value)) return value.map((item) => comparable(item, inside))
  if (value instanceof Headers) return describe(Object.fromEntries(value), ['Headers'], inside)
  if (value instanceof Map) return { map: [...value].map((item) => comparable(item, inside)) }
  return describe(value as Record<PropertyKey, unknown>, classesOf(value), inside)
}

function describe(
  value: Record<PropertyKey, unknown>,
  classes: readonly string[],
  seen: readonly object[],
): unknown {
  const keys = Reflect.ownKeys(value).filter((key) => !VOLATILE.has(String(key)))
  const fields = keys.map((key) => [String(key), comparable(value[key], seen)] as const)
  const sorted = fields.toSorted(([one], [other]) => (one < other ? -1 : 1))
  const shown = Object.fromEntries(sorted)
  return classes.length > 0 ? { classes, ...shown } : shown
}

function classesOf(value: object): readonly string[] {
  const names: string[] = []
  let link: unknown = Object.getPrototypeOf(value)
  while (link && link !== Object.prototype) {
    names.push(link.constructor.name)
    link = Object.getPrototypeOf(link)
  }
  return names
}
