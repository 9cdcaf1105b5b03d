/** A value as a text: texts as they are, other values as JSON, and `fallback` for none. */
export function textOf(value: unknown, fallback = ''): string {
  if (typeof value === 'string') return value
  return value === undefined || value === null ? fallback : JSON.stringify(value)
}
