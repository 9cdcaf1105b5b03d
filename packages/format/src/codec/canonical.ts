import { fromBase64 } from '../bytes.ts'
import { encode } from './encode.ts'
import { hasInexactNumber } from './exact-number.ts'
import { isEncodedObject, malformed, MAX_ENCODED_DEPTH, setOwn, TAG, tagOf } from './tags.ts'
import type { EncodedObject } from './tags.ts'
import type { Encoded } from '../event.ts'
import { sha256 } from '../hash.ts'
import { renumber } from './placeholder.ts'
import { withheldReason } from './withheld.ts'

const DATA_URL = /^data:[^,]{0,256};base64,(?=[\w+/=-]*$)/
const TOOL_INPUTS = new Set(['arguments', 'args', 'input'])
const TOOL_NAMES = ['name', 'toolName', 'toolCallId', 'call_id']
// Most numbers of that length lose digits. Those that do not stay text all the same: sessions hold fingerprints of it.
const LONG_NUMBER = /\d{16}/
const FEW_KEYS = 16

/**
 * Writes an encoded value as JSON in which what makes no difference to a request makes none.
 *
 * Keys are sorted, properties that are undefined left out, bytes and data URLs replaced by their hash,
 * tool arguments that are JSON in a string read, placeholders numbered by appearance. All other
 * strings stay verbatim.
 */
export function canonical(value: Encoded): string {
  const text = JSON.stringify(normalize(value, 0))
  return text.includes('«') || text.includes('%C2%AB') ? renumber(text) : text
}

function normalize(value: Encoded, depth: number): Encoded {
  if (typeof value === 'string') return value.startsWith('data:') ? normalizeDataUrl(value) : value
  if (typeof value !== 'object' || value === null) return value
  if (depth > MAX_ENCODED_DEPTH) return malformed('it is nested too deeply')
  if (!isEncodedObject(value)) return value.map((item) => normalize(item, depth + 1))
  const tag = tagOf(value)
  return tag === undefined ? sortProperties(value, depth) : normalizeTagged(value, tag, depth)
}

function normalizeTagged(tagged: EncodedObject, tag: string, depth: number): Encoded {
  const { v } = tagged
  if (tag === 'number' && v === '-0') return 0
  if (tag === 'bytes' && typeof v === 'string') return normalizeBytes(tagged, v)
  const sorted = sortProperties(tagged, depth)
  return tag === 'object' && isEncodedObject(v) ? normalizeWrapped(sorted, v, depth + 1) : sorted
}

// What looks like a tag in a user's object is none. Whether it has a prototype makes no difference.
function normalizeWrapped(
  { bare: _bare, ...wrapper }: EncodedObject,
  object: EncodedObject,
  depth: number,
): EncodedObject {
  const v = sortProperties(object, depth)
  const isPlain = Object.keys(wrapper).length === 2 && !Object.hasOwn(object, TAG)
  return isPlain ? v : { ...wrapper, v }
}

function sortProperties(object: EncodedObject, depth: number): EncodedObject {
  const sorted: Record<string, Encoded> = {}
  for (const key of sortedKeys(object)) {
    const part = object[key]
    if (part === undefined || isUndefinedTag(part)) continue
    const normal = TOOL_INPUTS.has(key)
      ? normalizeToolInput(object, part, depth + 1)
      : normalize(part, depth + 1)
    if (key === '__proto__') setOwn(sorted, key, normal)
    else sorted[key] = normal
  }
  return sorted
}

// Most objects have few keys, and those are sorted by hand in a third of the time.
function sortedKeys(object: EncodedObject): readonly string[] {
  const keys = Object.keys(object)
  if (keys.length > FEW_KEYS) return keys.sort()
  for (const [from, key] of keys.entries()) {
    let to = from
    for (; to > 0 && (keys[to - 1] ?? '') > key; to--) keys[to] = keys[to - 1] ?? ''
    keys[to] = key
  }
  return keys
}

function isUndefinedTag(value: Encoded): boolean {
  return isEncodedObject(value) && value[TAG] === 'undefined'
}

function normalizeBytes({ type }: EncodedObject, base64: string): Encoded {
  const bytes = fromBase64(base64)
  return blob(type === 'Buffer' ? 'Uint8Array' : (type ?? null), sha256(bytes))
}

function normalizeDataUrl(url: string): Encoded {
  const head = DATA_URL.exec(url)?.[0]
  return head === undefined ? url : blob(head, sha256(url.slice(head.length)))
}

// No user's object is written like this: one with the key of tags is escaped.
function blob(type: Encoded, hash: string): Encoded {
  return { $blob: hash, [TAG]: 'blob', type }
}

// Beside the name of a tool only: a prompt can be called `input` too, and there every space counts.
function normalizeToolInput(object: EncodedObject, input: Encoded, depth: number): Encoded {
  const isTool = TOOL_NAMES.some((name) => typeof object[name] === 'string')
  const parsed = isTool && typeof input === 'string' ? parseInput(input) : undefined
  return parsed === undefined
    ? normalize(input, depth)
    : { [TAG]: 'json', v: normalize(parsed, depth) }
}

function parseInput(text: string): Encoded | undefined {
  if (!/^\s*[[{]/.test(text) || LONG_NUMBER.test(text)) return undefined
  try {
    // As text, since not every reader tells such numbers apart.
    if (hasInexactNumber(text)) return undefined
    const encoded = encode(JSON.parse(text))
    return withheldReason(encoded) === undefined ? encoded : undefined
  } catch {
    return undefined
  }
}
