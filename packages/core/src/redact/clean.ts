import type { Encoded } from '../event.ts'
import { isEncodedList, tagOf, TAG, textOf, type EncodedObject } from '../codec/tags.ts'
import { deltaField } from './deltas.ts'
import type { Policy } from './value.ts'

/** Whether redaction leaves a value as it is. */
export type CleanCheck = (value: Encoded) => boolean

// Tags that hold no text of the app.
const PLAIN_TAGS: ReadonlySet<unknown> = new Set(['undefined', 'number', 'bigint', 'date'])
const MAX_NAMES = 2000

/**
 * A quick look at a value, since in nearly all of them there is nothing to remove. It keeps no paths and no
 * numbers, and says no wherever it would have to look closer: what it passes, `redactEncoded` gives back
 * unchanged.
 */
export function createCleanCheck({
  rankField,
  isCleanText,
  matchesPath,
  replace,
}: Policy): CleanCheck {
  if (matchesPath !== undefined || replace !== undefined) return () => false
  const cleanNames = new Set<string>()

  function isCleanName(name: string): boolean {
    if (cleanNames.has(name)) return true
    if (rankField(name) !== undefined || !isCleanText(name)) return false
    if (cleanNames.size >= MAX_NAMES) cleanNames.clear()
    cleanNames.add(name)
    return true
  }

  function isClean(value: Encoded): boolean {
    if (typeof value === 'string') return isCleanText(value)
    if (typeof value !== 'object' || value === null) return true
    return isEncodedList(value) ? isCleanList(value) : isCleanObject(value)
  }

  function isCleanList(list: readonly Encoded[]): boolean {
    // A pair may be a name and its value.
    if (list.length === 2 && typeof list[0] === 'string' && !isCleanName(list[0])) return false
    for (const item of list) if (deltaField(item) !== undefined || !isClean(item)) return false
    return true
  }

  function isCleanObject(object: EncodedObject): boolean {
    if (TAG in object) return PLAIN_TAGS.has(tagOf(object))
    for (const key in object) {
      if (!isCleanName(key) || !isClean(object[key] as Encoded)) return false
    }
    return !('value' in object) || isCleanName(textOf(object.name ?? object.key))
  }

  return (value) => {
    try {
      return isClean(value)
    } catch {
      // On a text of many megabytes a pattern can run out of memory.
      return false
    }
  }
}
