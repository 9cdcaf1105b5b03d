import { objectFormOf } from '@retake/core/adapter'
import type { Classes } from './classes.ts'
import type { Mark } from './message-marks.ts'
import { isMessage, isPlain, nameOf, setField, Written } from './pack.ts'

export interface ToldOptions {
  readonly classes: Classes
  readonly mark: (message: object) => Mark
  /** Told of each part that cannot be stored. */
  readonly lose: (what: string) => void
}

// As deep, and as large, as what is stored may be.
const MAX_DEPTH = 200
const MAX_OBJECTS = 400_000
const TOO_MANY = new Error('too many values')

/**
 * Copies what a tool tells, with marks in the place of messages. Objects with a `toJSON` of their own keep both what
 * that gives and their fields: readers look at either. What cannot be stored, such as functions, is left out.
 */
export function copyTold(value: unknown, { classes, mark, lose: note }: ToldOptions): unknown {
  const above = new Set<object>()
  let objects = 0

  function copy(part: unknown): unknown {
    if (isUnstorable(part)) return lose(`a ${typeof part}`)
    if (typeof part !== 'object' || part === null) return part
    if (above.has(part)) return lose('a circular reference')
    if (above.size >= MAX_DEPTH) return lose(`more than ${MAX_DEPTH} levels`)
    if (++objects > MAX_OBJECTS) throw TOO_MANY
    above.add(part)
    try {
      return copyObject(part)
    } catch (error) {
      if (error === TOO_MANY) throw error
      return lose('something that throws when it is read')
    } finally {
      above.delete(part)
    }
  }

  function copyObject(part: object): unknown {
    if (Array.isArray(part)) return copyArray(part)
    if (isMessage(part)) return mark(part)
    if (isPlain(part)) return hasToJson(part) ? written(part) : copyFields(part, blankLike(part))
    // What steers a graph is packed as a whole.
    if ('lg_name' in part) return part
    if (nameOf(part, classes) !== undefined) return copyFields(part, blankLike(part))
    const form = objectFormOf(part)
    if (form === 'json') return written(part as WithJson)
    return form === 'fields' ? copyFields(part, {}) : copyWhole(part)
  }

  function copyWhole(part: object): unknown {
    if (part instanceof Map) return new Map([...part].map(([key, item]) => [copy(key), copy(item)]))
    return part instanceof Set ? new Set([...part].map(copy)) : part
  }

  function written(part: WithJson): unknown {
    const json: unknown = part.toJSON()
    const fields = copyFields(part, {})
    return json === part ? fields : new Written(fields, copy(json))
  }

  function copyArray(part: readonly unknown[]): unknown[] {
    const items: unknown[] = []
    items.length = part.length
    for (const key of Object.keys(part)) {
      const index = Number(key)
      if (index < part.length) items[index] = copy(part[index])
      else lose('a property of an array')
    }
    return items
  }

  function copyFields(part: object, fields: object): object {
    for (const key of Object.keys(part)) {
      const field = copyField(part, key)
      if (!isUnstorable(field)) setField(fields as Record<string, unknown>, key, copy(field))
      else lose(`a ${typeof field}`)
    }
    const symbols = Object.getOwnPropertySymbols(part)
    if (symbols.some((key) => isEnumerable(part, key))) lose('a property named by a symbol')
    return fields
  }

  function copyField(part: object, key: string): unknown {
    try {
      return Reflect.get(part, key) as unknown
    } catch {
      return lose('something that throws when it is read')
    }
  }

  function lose(what: string): undefined {
    note(what)
    return undefined
  }

  return copy(value)
}

interface WithJson {
  toJSON(): unknown
}

function isEnumerable(object: object, key: PropertyKey): boolean {
  return Object.getOwnPropertyDescriptor(object, key)?.enumerable === true
}

function hasToJson(value: object): value is WithJson {
  return 'toJSON' in value && typeof value.toJSON === 'function'
}

function isUnstorable(value: unknown): boolean {
  return typeof value === 'function' || typeof value === 'symbol'
}

function blankLike(value: object): object {
  return Object.create(Object.getPrototypeOf(value) as object | null) as object
}
