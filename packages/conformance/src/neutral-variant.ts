type Fields = Readonly<Record<string, unknown>>

/** The same request for a model: keys in another order, fields that are undefined, `-0` for 0. */
export function neutralVariant(value: unknown, seed: number): unknown {
  if (value === 0) return -0
  if (Array.isArray(value)) return value.map((item) => neutralVariant(item, seed + 1))
  if (typeof value !== 'object' || value === null) return value
  return withUndefined(shuffled(value as Fields, seed), seed)
}

function shuffled(fields: Fields, seed: number): Record<string, unknown> {
  const entries = Object.entries(fields).map(
    ([key, part]) => [key, neutralVariant(part, seed + key.length)] as const,
  )
  const start = entries.length === 0 ? 0 : seed % entries.length
  const turned = [...entries.slice(start), ...entries.slice(0, start)]
  return Object.fromEntries(seed % 2 === 0 ? turned : turned.toReversed())
}

function withUndefined(fields: Record<string, unknown>, seed: number): Fields {
  const name = `not_there_${seed % 7}`
  return seed % 3 === 0 ? { [name]: undefined, ...fields } : { ...fields, [name]: undefined }
}
