import { RetakeError } from '../errors.ts'
import type { Path } from '../codec/withheld.ts'

const ANY = Symbol('any')
const ANY_DEPTH = Symbol('any depth')

type Step = string | typeof ANY | typeof ANY_DEPTH

/** Tells whether a place lies at, or beneath, one of those that are ignored. */
export type Ignore = (path: Path) => boolean

const ROOTS: ReadonlySet<Step> = new Set(['status', 'content-type', 'location', 'body', 'result'])
const MAX_STEPS = 64
const NAME = /[^\s.,;[\]"'\\]+/y
const NOT_ASCII = /[^ -~]/
const NOT_ASCII_GLOBAL = /[^ -~]/g
const INDEX = /\[(\*{1,2}|\d{1,9})\]/y
// A name in double quotes is written as JSON writes it; in single quotes only `\'` and `\\` are escaped.
const QUOTED = /\[(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\]/y

// Up to a comma or a blank that is not within brackets.
const LISTED = /(?:\[(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\]"']*)\]|[^\s,])+/g

/**
 * Reads paths of places that a comparison leaves out, each with all that lies beneath it:
 *
 * - `body.createdAt`, `status`, `content-type`, `location`; `result.createdAt` for what a function returned
 * - `body.items[0].id`, `body.items[*].id` or `body.items.*.id`: one item, or any one key or index
 * - `body.**.id`: at any depth
 * - `body["first.name"]` or `body['first.name']`: a name with dots, brackets, quotes or blanks
 *
 * @throws {RetakeError} `OPTION_INVALID`, which names the path and what is wrong with it.
 */
export function createIgnore(paths: readonly string[] = []): Ignore | undefined {
  const isList: boolean = Array.isArray(paths)
  if (!isList) throw invalidPath(String(paths), 'ignore has to be a list of paths')
  if (paths.length === 0) return undefined
  const patterns = paths.map((path) => {
    const read = readPlace(path)
    if (typeof read === 'string') throw invalidPath(path, read)
    return read
  })
  return (path) => patterns.some((pattern) => covers(pattern, path))
}

/** Takes a list of paths apart, which are separated by commas or blanks. */
export function splitPlaces(list: string): readonly string[] {
  return list.match(LISTED) ?? []
}

/** A path in ASCII, as the value of a header has to be. One that cannot be read comes back as it is. */
export function portablePlace(path: string): string {
  const steps = readPlace(path)
  if (typeof steps === 'string' || !NOT_ASCII.test(path)) return path
  return steps.map(toAscii).join('').replace(/^\./, '')
}

/** What is wrong with a path, without repeating it; `undefined` when nothing is. */
export function placeFault(path: string): string | undefined {
  const read = readPlace(path)
  return typeof read === 'string' ? read : undefined
}

/** Writes a path so that `createIgnore` reads it: `body.items[0]["first.name"]`. */
export function formatPlace(path: Path): string {
  let text = ''
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`
    else if (!isPlainName(key)) text += `[${JSON.stringify(key)}]`
    else text += text === '' ? key : `.${key}`
  }
  return text
}

function toAscii(step: Step): string {
  if (step === ANY) return '.*'
  if (step === ANY_DEPTH) return '.**'
  if (isPlainName(step) && !NOT_ASCII.test(step)) return `.${step}`
  const escaped = JSON.stringify(step).replaceAll(
    NOT_ASCII_GLOBAL,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return `[${escaped}]`
}

function isPlainName(name: string): boolean {
  NAME.lastIndex = 0
  return NAME.test(name) && NAME.lastIndex === name.length && !/^\*{1,2}$/.test(name)
}

function readPlace(text: string): readonly Step[] | string {
  const steps: Step[] = []
  let at = 0
  while (at < text.length) {
    const isDot = text[at] === '.'
    if (isDot && steps.length === 0) return 'it begins with a dot'
    const read = isDot ? readName(text, at + 1) : readBracket(text, at)
    const step = read ?? (steps.length === 0 ? readName(text, at) : undefined)
    if (step === undefined) return `it cannot be read at character ${at + 1}`
    steps.push(step.step)
    at = step.end
  }
  if (steps.length === 0) return 'it is empty'
  if (steps.length > MAX_STEPS) return `it has more than ${MAX_STEPS} steps`
  const [root = ''] = steps
  if (typeof root === 'string' && !ROOTS.has(root)) {
    return 'it has to begin with body, status, content-type, location or result'
  }
  return steps
}

interface Read {
  readonly step: Step
  readonly end: number
}

function readName(text: string, at: number): Read | undefined {
  NAME.lastIndex = at
  const [name] = NAME.exec(text) ?? []
  return name === undefined ? undefined : { step: toStep(name), end: NAME.lastIndex }
}

function readBracket(text: string, at: number): Read | undefined {
  INDEX.lastIndex = at
  const index = INDEX.exec(text)?.[1]
  if (index !== undefined) return { step: toStep(index), end: INDEX.lastIndex }
  QUOTED.lastIndex = at
  const quoted = QUOTED.exec(text)
  if (quoted === null) return undefined
  const end = QUOTED.lastIndex
  const [, double, single = ''] = quoted
  if (double === undefined) return { step: single.replaceAll(/\\(['\\])/g, '$1'), end }
  try {
    return { step: JSON.parse(`"${double}"`) as string, end }
  } catch {
    return undefined
  }
}

function toStep(name: string): Step {
  if (name === '*') return ANY
  return name === '**' ? ANY_DEPTH : name
}

// All ways of reading a pattern are followed at once, so that none takes long, whatever the pattern.
function covers(pattern: readonly Step[], path: Path): boolean {
  let places = reached(pattern, [0])
  for (const key of path) {
    if (places.has(pattern.length)) return true
    const next: number[] = []
    for (const place of places) {
      const step = pattern[place]
      if (step === ANY_DEPTH) next.push(place)
      else if (step === ANY || step === String(key)) next.push(place + 1)
    }
    places = reached(pattern, next)
  }
  return places.has(pattern.length)
}

// `**` may stand for no key at all.
function reached(pattern: readonly Step[], places: readonly number[]): ReadonlySet<number> {
  const found = new Set<number>()
  for (let place of places) {
    found.add(place)
    while (pattern[place] === ANY_DEPTH) found.add(++place)
  }
  return found
}

function invalidPath(path: string, fault: string): RetakeError {
  return new RetakeError(
    'OPTION_INVALID',
    `ignore: ${JSON.stringify(path)} is no path of an answer: ${fault}. Write it as body.createdAt, body.items[*].id or body["first.name"].`,
    { option: 'ignore', path },
  )
}
