import type { Encoded } from '../event.ts'
import { canonical } from '../codec/canonical.ts'
import { PLACEHOLDER } from '../codec/placeholder.ts'
import { isEncodedList, isEncodedObject, tagOf, type EncodedObject } from '../codec/tags.ts'
import { type Path, withheldReason } from '../codec/withheld.ts'
import type { Ignore } from './place-pattern.ts'

/** One place at which two values differ. `undefined` means that there is nothing on that side. */
export interface ValueDifference {
  readonly path: Path
  readonly recorded: Encoded | undefined
  readonly now: Encoded | undefined
}

export interface ComparisonOptions {
  /** Places that are left out. */
  readonly ignore?: Ignore | undefined
  /** The ids of the two sessions: an app may put its own into its answer. */
  readonly ids?: readonly [recorded: string, now: string] | undefined
}

const MAX_FOUND = 20
const WITHHELD_TEXT = '(withheld)'

/**
 * A comparison of what was recorded with what is now, part by part. Collects the first places that differ, and those
 * that cannot be compared.
 */
export class Comparison {
  readonly differences: ValueDifference[] = []
  /** Parts that one side does not hold, and why. */
  readonly notCompared: { readonly path: Path; readonly why: string }[] = []
  /** Places at which redaction has removed something: as far as is on record they are equal. */
  readonly redacted: Path[] = []
  readonly options: ComparisonOptions
  readonly #path: (string | number)[] = []

  constructor(options: ComparisonOptions = {}) {
    this.options = options
  }

  /** Compares two values that stand at `root`, such as `body`. Values that are not there are `undefined`. */
  compare(root: string, recorded: Encoded | undefined, now: Encoded | undefined): void {
    this.#path.push(root)
    this.#compare(recorded, now)
    this.#path.pop()
  }

  /** Notes that a part cannot be compared, unless it is ignored. */
  skip(root: string, why: string): void {
    this.#path.push(root)
    this.#skip(why)
    this.#path.pop()
  }

  #compare(recorded: Encoded | undefined, now: Encoded | undefined): void {
    if (recorded === now) {
      if (typeof recorded === 'string') this.#noteRedacted(recorded)
      return
    }
    if (typeof recorded === 'string' && typeof now === 'string') {
      return this.#compareTexts(recorded, now)
    }
    if (isEncodedList(recorded) && isEncodedList(now)) return this.#compareLists(recorded, now)
    if (isEncodedObject(recorded) && isEncodedObject(now)) {
      return this.#compareObjects(recorded, now)
    }
    const [isThere, isNow] = [!isNothing(recorded), !isNothing(now)]
    const doubt = isThere && isNow ? (withheldPart(recorded) ?? withheldPart(now)) : undefined
    if (doubt !== undefined) this.#skip(doubt)
    else if (isThere || isNow) this.#differ(recorded, now)
  }

  #compareTexts(recorded: string, now: string): void {
    const { ids } = this.options
    if (recorded === WITHHELD_TEXT || now === WITHHELD_TEXT) return this.#skip(REMOVED)
    if (ids !== undefined && recorded.includes(ids[0])) {
      if (recorded.replaceAll(ids[0], ids[1]) === now) return
    }
    if (isRedactedFormOf(recorded, now)) this.#skip(REMOVED)
    else this.#differ(recorded, now)
  }

  #compareLists(recorded: readonly Encoded[], now: readonly Encoded[]): void {
    const length = Math.max(recorded.length, now.length)
    for (let index = 0; index < length && !this.#isFull(); index++) {
      this.#step(index, recorded[index], now[index])
    }
  }

  #compareObjects(recorded: EncodedObject, now: EncodedObject): void {
    const [tag, other] = [tagOf(recorded), tagOf(now)]
    if (tag === undefined && other === undefined) return this.#compareProperties(recorded, now)
    const [one, two] = [propertiesOf(recorded, tag), propertiesOf(now, other)]
    if (one && two) return this.#compareProperties(one, two)
    const doubt = withheldPart(recorded) ?? withheldPart(now)
    if (doubt !== undefined) this.#skip(doubt)
    else if (canonical(known(recorded)) !== canonical(known(now))) this.#differ(recorded, now)
  }

  #compareProperties(recorded: EncodedObject, now: EncodedObject): void {
    for (const key in recorded) {
      if (this.#isFull()) return
      if (Object.hasOwn(recorded, key)) this.#step(key, recorded[key], own(now, key))
    }
    for (const key in now) {
      if (this.#isFull()) return
      if (!Object.hasOwn(recorded, key) && Object.hasOwn(now, key)) {
        this.#step(key, undefined, now[key])
      }
    }
  }

  #step(key: string | number, recorded: Encoded | undefined, now: Encoded | undefined): void {
    this.#path.push(key)
    this.#compare(recorded, now)
    this.#path.pop()
  }

  #differ(recorded: Encoded | undefined, now: Encoded | undefined): void {
    if (!this.#isIgnored()) this.differences.push({ path: [...this.#path], recorded, now })
  }

  #skip(why: string): void {
    if (this.notCompared.length < MAX_FOUND && !this.#isIgnored()) {
      this.notCompared.push({ path: [...this.#path], why })
    }
  }

  #noteRedacted(text: string): void {
    if (text === WITHHELD_TEXT) return this.#skip(REMOVED)
    if (!text.includes('«') || this.redacted.length >= MAX_FOUND) return
    if (text.search(PLACEHOLDER) >= 0 && !this.#isIgnored()) this.redacted.push([...this.#path])
  }

  #isIgnored(): boolean {
    return this.options.ignore?.(this.#path) ?? false
  }

  #isFull(): boolean {
    return this.differences.length >= MAX_FOUND
  }
}

// Without groups, which would be among the pieces.
const PLACEHOLDERS = /(?:«|%C2%AB)[a-z]{1,16}(?::|%3A)\d{1,6}(?:»|%C2%BB)/
const REMOVED = 'redaction has removed it'

// What was removed once is there now, since other rules hold: all that stands around it is the same.
function isRedactedFormOf(recorded: string, now: string): boolean {
  if (!recorded.includes('«') || now.search(PLACEHOLDER) >= 0) return false
  const pieces = recorded.split(PLACEHOLDERS)
  const [first = '', last = ''] = [pieces[0], pieces.at(-1)]
  if (pieces.length < 2 || !now.startsWith(first) || !now.endsWith(last)) return false
  let at = first.length
  for (const piece of pieces.slice(1, -1)) {
    at = now.indexOf(piece, at)
    if (at === -1) return false
    at += piece.length
  }
  return at + last.length <= now.length
}

function own(object: EncodedObject, key: string): Encoded | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

// An object that is wrapped because of a key, or of its prototype, is what its properties are.
function propertiesOf(value: EncodedObject, tag: string | undefined): EncodedObject | undefined {
  if (tag === undefined) return value
  return tag === 'object' && isEncodedObject(value.v) ? value.v : undefined
}

// SDKs hang sockets and requests on their errors: an error is known by its class, name and message.
function known({ props: _props, ...others }: EncodedObject): EncodedObject {
  return others
}

function withheldPart(value: Encoded | undefined): string | undefined {
  const isTagged = isEncodedObject(value) && tagOf(value) !== undefined
  return isTagged ? withheldReason(value) : undefined
}

function isNothing(value: Encoded | undefined): boolean {
  return value === undefined || (isEncodedObject(value) && tagOf(value) === 'undefined')
}
