import {
  type Encoded,
  isEncodedList,
  isEncodedObject,
  tagOf,
  TAG,
  textOf,
  type EncodedObject,
} from '@retake/format'
import { deltaField, textName } from './deltas.ts'
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

  // A loop instead of a recursion, for the sake of who compiles it: see the encoder.
  function isClean(root: Encoded): boolean {
    const open: Encoded[] = [root]
    for (let value = open.pop(); value !== undefined; value = open.pop()) {
      if (typeof value === 'string') {
        if (!isCleanText(value)) return false
      } else if (isEncodedList(value)) {
        // A pair may be a name and its value.
        const isPair = value.length === 2 && typeof value[0] === 'string'
        if (isPair && !isCleanName(textOf(value[0]))) return false
        for (let index = 0; index < value.length; index++) {
          const item = value[index] as Encoded
          if (deltaField(item) !== undefined) return false
          if (isLookedAt(item)) open.push(item)
        }
      } else if (isEncodedObject(value)) {
        if (TAG in value) {
          if (PLAIN_TAGS.has(tagOf(value))) continue
          return false
        }
        for (const key in value) {
          if (!isCleanName(key)) return false
          const part = value[key] as Encoded
          if (isLookedAt(part)) open.push(part)
        }
        if ('value' in value && !isCleanName(textOf(value.name ?? value.key))) return false
      }
    }
    return true
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

// Numbers and the like are always clean.
function isLookedAt(value: Encoded): boolean {
  return typeof value === 'string' || (typeof value === 'object' && value !== null)
}

/**
 * The same for the parts of a stream. Nearly all of them are like the one before but for a few words, so only
 * those are read.
 */
export function createCleanPartsCheck(
  { isCleanText, matchesPath, replace }: Policy,
  isClean: CleanCheck,
): (parts: readonly Encoded[]) => boolean {
  if (matchesPath !== undefined || replace !== undefined) return () => false

  // In one function, like the encoder: each of several would be compiled with the others in it.
  function areClean(parts: readonly Encoded[]): boolean {
    const names = new Set<string>()
    let name: string | undefined
    let text = ''
    let before: EncodedObject | undefined
    for (let index = 0; index < parts.length; index++) {
      const part = parts[index] as Encoded
      const field = deltaField(part)
      const piece = field === undefined ? part : (part as EncodedObject)[field]
      const goesOn = field !== undefined && before !== undefined && isSameBut(field, part, before)
      before = field === undefined ? undefined : (part as EncodedObject)
      if (!goesOn && typeof part !== 'string' && !isClean(part)) return false
      if (typeof piece !== 'string') continue
      const itsName = goesOn ? name : textName(part)
      if (itsName !== undefined && itsName !== name) {
        // Its earlier pieces would have to be kept until now.
        if (names.has(itsName) || !isCleanText(text)) return false
        names.add((name = itsName))
        text = ''
      }
      text += piece
    }
    return isCleanText(text)
  }

  return (parts) => {
    try {
      return areClean(parts)
    } catch {
      return false
    }
  }
}

/** Whether two parts are the same but for one field. */
function isSameBut(field: string, part: Encoded, other: EncodedObject): boolean {
  const one = part as EncodedObject
  let keys = 0
  for (const key in one) {
    keys++
    if (key !== field && one[key] !== other[key]) return false
  }
  for (const _key in other) keys--
  return keys === 0
}
