import { type EncodedObject, isEncodedObject, type Encoded } from '@retake/format'

/** Stands for a value that is stored once, under `parts`. */
export type PartReference = { readonly $part: string }

/** Stands for a value that is stored in a file of its own, named by the SHA-256 of its bytes. */
export type BlobReference = {
  readonly $blob: string
  readonly bytes: number
  /** What the bytes are: a string, a string that is base64 of them, or JSON. */
  readonly as: 'text' | 'base64' | 'json'
}

const RESERVED = /^\$+(?:part|blob)$/
const ESCAPED = /^\$\$+(?:part|blob)$/

/** Gives another value for a node, or `undefined` to go on with what is in it. */
export type Replace = (value: Encoded, parent: Encoded | undefined) => Encoded | undefined

/** Rebuilds a value from the outside in. Keys are renamed after `replace` has seen their object. */
export function rebuild(
  value: Encoded,
  replace: Replace,
  rename: (key: string) => string,
  parent?: Encoded,
): Encoded {
  const replaced = replace(value, parent)
  if (replaced !== undefined) return replaced
  if (Array.isArray(value))
    return value.map((item: Encoded) => rebuild(item, replace, rename, value))
  if (!isEncodedObject(value)) return value
  // Unlike an assignment, this takes `__proto__` for a key like any other.
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      rename(key),
      rebuild(item, replace, rename, value),
    ]),
  )
}

/** Keeps a key of the user's data apart from those of references: `$part` becomes `$$part`, and so on. */
export function escapeKey(key: string): string {
  return RESERVED.test(key) ? `$${key}` : key
}

/** Undoes `escapeKey`. */
export function unescapeKey(key: string): string {
  return ESCAPED.test(key) ? key.slice(1) : key
}

/** Whether a value is a reference of this kind. */
export function refersTo(kind: '$part' | '$blob', value: Encoded): value is EncodedObject {
  return isEncodedObject(value) && Object.hasOwn(value, kind)
}
