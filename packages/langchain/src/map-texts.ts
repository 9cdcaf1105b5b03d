import { blankOf, isPlain, mapItems, setField } from './pack.ts'

/** Changes all texts of plain data, keys too. */
export function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value)
  if (typeof value !== 'object' || value === null) return value
  const mapped = (item: unknown) => mapTexts(item, change)
  if (Array.isArray(value)) return value.map(mapped)
  if (value instanceof Map || value instanceof Set) return mapItems(value, mapped)
  if (!isPlain(value)) return value
  const fields = blankOf(value)
  for (const [key, field] of Object.entries(value)) setField(fields, change(key), mapped(field))
  return fields
}
