/** A request in which one thing was changed. */
export interface Mutation {
  /** Such as `messages[1].content: other character at 3`. */
  readonly change: string
  readonly request: unknown
}

type Fields = Readonly<Record<string, unknown>>

/** Every request that differs from `request` in one field, or in one character of one. */
export function* mutationsOf(request: unknown, path = ''): Generator<Mutation> {
  for (const [change, changed] of changesOf(request)) {
    yield { change: `${path}: ${change}`, request: changed }
  }
  for (const [key, part] of partsOf(request)) {
    for (const mutation of mutationsOf(part, path === '' ? key : `${path}.${key}`)) {
      yield { ...mutation, request: withPart(request, key, mutation.request) }
    }
  }
}

function changesOf(value: unknown): Iterable<readonly [string, unknown]> {
  if (typeof value === 'string') return textChanges(value)
  if (typeof value === 'number')
    return [
      ['a little more', value + 0.001],
      ['its text', String(value)],
    ]
  if (typeof value === 'boolean') return [['the opposite', !value]]
  if (value === null) return [['false for null', false]]
  if (value instanceof Uint8Array) return byteChanges(value)
  if (Array.isArray(value)) return listChanges(value)
  return fieldChanges(value as Fields)
}

function* textChanges(text: string): Generator<readonly [string, string]> {
  for (const index of new Set([0, Math.floor(text.length / 2), text.length - 1])) {
    const character = text[index]
    if (character === undefined) continue
    const other = character === 'x' ? 'y' : 'x'
    yield [`other character at ${index}`, text.slice(0, index) + other + text.slice(index + 1)]
    yield [`no character at ${index}`, text.slice(0, index) + text.slice(index + 1)]
  }
  yield ['a letter more', `${text}x`]
  // White space is no change to the JSON of a tool's arguments.
  if (/^\s*[[{]/.test(text)) return
  yield ['a space after it', `${text} `]
  yield ['a line before it', `\n${text}`]
  if (text.includes(' ')) yield ['two spaces for one', text.replace(' ', '  ')]
  if (text !== text.toUpperCase()) yield ['in capitals', text.toUpperCase()]
}

function* byteChanges(bytes: Uint8Array): Generator<readonly [string, Uint8Array]> {
  yield ['one bit', bytes.map((byte, index) => (index === 0 ? byte ^ 1 : byte))]
  yield ['a byte less', bytes.slice(1)]
}

function* listChanges(list: readonly unknown[]): Generator<readonly [string, readonly unknown[]]> {
  yield ['null at the end', [...list, null]]
  for (const [index, item] of list.entries()) {
    yield [`without item ${index}`, list.toSpliced(index, 1)]
    yield [`item ${index} twice`, list.toSpliced(index, 0, item)]
    const next = list[index + 1]
    if (next === undefined || JSON.stringify(next) === JSON.stringify(item)) continue
    yield [`items ${index} and ${index + 1} swapped`, list.toSpliced(index, 2, next, item)]
  }
}

function* fieldChanges(fields: Fields): Generator<readonly [string, Fields]> {
  yield ['a field more', { ...fields, unheard_of: true }]
  for (const [name, value] of Object.entries(fields)) {
    const { [name]: _, ...others } = fields
    yield [`without ${name}`, others]
    yield [`${name} under another name`, { ...others, [`${name}_`]: value }]
    yield [`null for ${name}`, { ...others, [name]: value === null ? 0 : null }]
  }
}

function partsOf(value: unknown): readonly (readonly [string, unknown])[] {
  const isLeaf = typeof value !== 'object' || value === null || value instanceof Uint8Array
  return isLeaf ? [] : Object.entries(value)
}

function withPart(whole: unknown, key: string, part: unknown): unknown {
  return Array.isArray(whole)
    ? whole.with(Number(key), part)
    : { ...(whole as Fields), [key]: part }
}
