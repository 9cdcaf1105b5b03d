import {
  decodeText,
  fromBase64,
  toBase64,
  utf8Bytes,
  utf8Text,
  isEncodedList,
  isEncodedObject,
  MAX_ENCODED_DEPTH,
  setOwn,
  tagOf,
  textOf,
  withheldTag,
  type EncodedObject,
  type Encoded,
  encodePlaceholders,
  isPlaceholder,
  type Label,
  formatPath,
  type Path,
} from '@retake/format'
import { deltaField, redactDeltas } from './deltas.ts'
import { looksLikeCredential, type FieldRank } from './fields.ts'
import { Unsearchable, type NameRules, type ReplaceText } from './text.ts'

/** What is removed, and where. */
export interface Policy {
  readonly rankField: (name: string) => FieldRank
  readonly replaceText: ReplaceText
  /** Whether `replaceText` has nothing to find. */
  readonly isCleanText: (text: string) => boolean
  readonly names: NameRules
  readonly matchesPath?: (path: Path) => boolean
  readonly replace?: (value: string, path: string) => string | undefined
}

interface Walk {
  readonly policy: Policy
  readonly label: Label
  readonly path: (string | number)[]
  readonly onHit?: (rule: string) => void
  readonly replaceText: (text: string) => string
}

// Where text of the app can be in a tag. In tags that are not named here, it can be anywhere.
const PARTS: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['undefined', []],
  ['number', []],
  ['bigint', []],
  ['date', []],
  ['withheld', []],
  ['error', ['name', 'class', 'message', 'cause', 'errors', 'props']],
])
const SMALLEST_NUMBER = 1000
const MAX_TEXT_BYTES = 2 ** 20

/** Redacts an encoded value. Only what changes is copied: an unchanged value is the same object. */
export function redactEncoded(
  value: Encoded,
  policy: Policy,
  label: Label,
  onFound?: (path: string, rule: string) => void,
): Encoded {
  try {
    return redact(value, '', createWalk(policy, label, onFound))
  } catch (error) {
    // What was not searched to its end must not be let through.
    return withheldTag(reasonOf(error))
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Unsearchable ? error.message : 'redaction failed'
}

function createWalk(
  policy: Policy,
  label: Label,
  onFound?: (path: string, rule: string) => void,
): Walk {
  const path: (string | number)[] = []
  const onHit = onFound && ((rule: string) => onFound(formatPath(path), rule))
  const replaceText = (text: string) => policy.replaceText(text, label, onHit)
  return { policy, label, path, onHit, replaceText }
}

function redact(value: Encoded, field: string, walk: Walk): Encoded {
  if (typeof value === 'string') return redactText(value, field, walk)
  if (typeof value === 'number') return redactNumber(value, field, walk)
  if (typeof value !== 'object' || value === null) return value
  if (walk.path.length > MAX_ENCODED_DEPTH) return withheldTag('nested too deeply')
  if (isEncodedList(value)) return redactList(value, field, walk)
  const tag = tagOf(value)
  return tag === undefined ? redactObject(value, walk) : redactTagged(value, tag, field, walk)
}

/** @param joined the text after its rules, where it was redacted together with others. */
function redactText(text: string, field: string, walk: Walk, joined?: string): Encoded {
  const { policy, path } = walk
  const whole = redactWhole(text, field, walk)
  if (whole !== undefined) return whole
  let safe: string
  try {
    safe = joined ?? walk.replaceText(text)
  } catch (error) {
    if (error instanceof Unsearchable) return withheldTag(error.message)
    throw error
  }
  return policy.replace ? replaceByUser(policy.replace, safe, formatPath(path)) : safe
}

// What was to be removed must not be let through.
function replaceByUser(replace: NonNullable<Policy['replace']>, text: string, path: string) {
  try {
    const replaced: unknown = replace(text, path) ?? text
    if (typeof replaced === 'string') return replaced
    // An async function was given: its rejection, too, is none of the app's business.
    if (replaced instanceof Promise) replaced.catch(() => {})
    return withheldTag('redact.replace gave no text')
  } catch {
    return withheldTag('redact.replace failed')
  }
}

// Small numbers are no credentials, and there can be very many, as in an embedding.
function redactNumber(value: number, field: string, walk: Walk): Encoded {
  const isSmall = Math.abs(value) < SMALLEST_NUMBER
  if (isSmall && !walk.policy.matchesPath) return value
  return redactWhole(String(value), isSmall ? '' : field, walk) ?? value
}

/** Replaces a value as a whole, where its field or its path says so. */
function redactWhole(
  text: string,
  field: string,
  { policy, label, path, onHit }: Walk,
): string | undefined {
  const rank = field === '' ? undefined : policy.rankField(field)
  const isCredential = rank === 'certain' || (rank === 'possible' && looksLikeCredential(text))
  if (text === '' || !(isCredential || policy.matchesPath?.(path))) return undefined
  if (!isPlaceholder(text)) onHit?.(isCredential ? 'field' : 'path')
  return label(isCredential ? 'secret' : 'value', text)
}

function redactList(
  list: readonly Encoded[],
  field: string,
  walk: Walk,
  isPairs = isPair(list, walk),
  deltas = redactDeltas(list, walk.replaceText),
): readonly Encoded[] {
  let copy: Encoded[] | undefined
  for (let index = 0; index < list.length; index++) {
    const item = list[index] as Encoded
    const name = isPairs && index % 2 === 1 ? textOf(list[index - 1]) : field
    walk.path.push(index)
    const joined = deltas?.[index]
    const next = joined === undefined ? redact(item, name, walk) : redactPiece(item, walk, joined)
    walk.path.pop()
    if (next !== item) (copy ??= [...list])[index] = next
  }
  return copy ?? list
}

/** Redacts the parts of a stream, in which pieces that are texts by themselves make up one text. */
export function redactParts(
  parts: readonly Encoded[],
  policy: Policy,
  label: Label,
): readonly Encoded[] {
  try {
    const walk = createWalk(policy, label)
    return redactList(parts, '', walk, false, redactDeltas(parts, walk.replaceText, true))
  } catch (error) {
    return parts.map(() => withheldTag(reasonOf(error)))
  }
}

function redactPiece(part: Encoded, walk: Walk, joined: string): Encoded {
  if (typeof part === 'string') return redactText(part, '', walk, joined)
  return redactObject(part as EncodedObject, walk, joined)
}

// Two strings in a list that is in a list, such as `['authorization', '…']`, are a name and its value.
function isPair(list: readonly Encoded[], { path }: Walk): boolean {
  return list.length === 2 && typeof path.at(-1) === 'number' && typeof list[0] === 'string'
}

function redactObject(object: EncodedObject, walk: Walk, joined?: string): EncodedObject {
  const { policy, label, onHit } = walk
  let copy: Record<string, Encoded> | undefined
  for (const key of Object.keys(object)) {
    const part = object[key] as Encoded
    walk.path.push(key)
    const name = policy.names.replace(key, label, onHit)
    const next =
      joined !== undefined && key === deltaField(object)
        ? redactText(textOf(part), key, walk, joined)
        : redact(part, fieldOf(object, key), walk)
    walk.path.pop()
    if (next !== part || name !== key) copy ??= copyUpTo(key, object)
    if (copy) setOwn(copy, name, next)
  }
  return copy ?? object
}

// Of `{ name: 'authorization', value: '…' }`, the value is that of the field that is named.
function fieldOf(object: EncodedObject, key: string): string {
  return (key === 'value' && textOf(object.name ?? object.key)) || key
}

// Order is kept, because placeholders are numbered in it.
function copyUpTo(end: string, object: EncodedObject): Record<string, Encoded> {
  const copy: Record<string, Encoded> = {}
  for (const key of Object.keys(object)) {
    if (key === end) break
    setOwn(copy, key, object[key])
  }
  return copy
}

function redactTagged(tagged: EncodedObject, tag: string, field: string, walk: Walk): Encoded {
  const { v = null } = tagged
  switch (tag) {
    case 'object':
      return withPart(tagged, 'v', isEncodedObject(v) ? redactObject(v, walk) : v)
    case 'map':
    case 'headers':
      return withPart(tagged, 'v', isEncodedList(v) ? redactList(v, '', walk, true) : v)
    case 'set':
      return withPart(tagged, 'v', redact(v, '', walk))
    case 'url':
      return redactWhole(textOf(v), field, walk) ?? redactUrl(tagged, textOf(v), walk)
    case 'bytes':
      return redactWhole(textOf(v), field, walk) ?? redactBytes(tagged, textOf(v), walk)
    default:
      return redactFields(tagged, PARTS.get(tag) ?? Object.keys(tagged), walk)
  }
}

function redactFields(tagged: EncodedObject, keys: readonly string[], walk: Walk): EncodedObject {
  let redacted = tagged
  for (const key of keys) {
    const part = tagged[key]
    if (part === undefined) continue
    walk.path.push(key)
    redacted = withPart(redacted, key, redact(part, '', walk))
    walk.path.pop()
  }
  return redacted
}

function withPart(tagged: EncodedObject, key: string, part: Encoded): EncodedObject {
  return part === tagged[key] ? tagged : { ...tagged, [key]: part }
}

function redactUrl(tagged: EncodedObject, href: string, walk: Walk): Encoded {
  const safe = encodePlaceholders(walk.replaceText(href))
  return URL.canParse(safe) ? withPart(tagged, 'v', safe) : withheldTag('a URL with a secret in it')
}

// Bytes are looked at where they are text, such as a body, and not too long.
function redactBytes(tagged: EncodedObject, base64: string, { replaceText }: Walk): Encoded {
  if (base64.length > MAX_TEXT_BYTES) return tagged
  const bytes = fromBase64(base64)
  const text = utf8Text(bytes)
  const safe = replaceText(text)
  if (safe === text) return tagged
  if (decodeText(bytes) === undefined) return withheldTag('bytes with a secret in them')
  return { ...tagged, v: toBase64(utf8Bytes(safe)) }
}
