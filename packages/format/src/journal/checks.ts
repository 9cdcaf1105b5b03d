import { isObject } from './bounded-json.ts'

/** Says what is wrong, such as `.seq must be …`; `undefined` when nothing is. Never repeats a value. */
export interface Check {
  (value: unknown): string | undefined
  /** A field that is `undefined` is right too. */
  readonly isOptional?: true
}

/** What the fields of an object must be. Others are not looked at. */
export type Fields = Readonly<Record<string, Check>>

export const text: Check = must('be a string', isText)
export const time: Check = must('be a time', isTime)
export const amount: Check = must('be a finite number', Number.isFinite)
export const count: Check = must('be a whole number', isCount)
export const ordinal: Check = must(
  'be a whole number from 1',
  (value) => isCount(value) && value > 0,
)
export const marked: Check = must('be true', (value) => value === true)
export const list: Check = must('be a list', Array.isArray)
export const object: Check = must('be an object', isObject)

export function must(rule: string, holds: (value: unknown) => boolean): Check {
  return (value) => (holds(value) ? undefined : ` must ${rule}`)
}

export function required(check: Check, ...names: readonly string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, check]))
}

export function optional(check: Check, ...names: readonly string[]): Fields {
  const own = (value: unknown) => check(value)
  return required(Object.assign(own, { isOptional: true } as const), ...names)
}

export function oneOf(words: string): Check {
  const known: readonly unknown[] = words.split(' ')
  return must(`be one of ${known.join(', ')}`, (value) => known.includes(value))
}

export function listOf(check: Check): Check {
  return (value) => list(value) ?? firstFault(value as readonly unknown[], check)
}

// The names in a map are the user's, so they are counted and not repeated.
export function valuesOf(check: Check): Check {
  return (value) => object(value) ?? firstFault(Object.values(value as object), check)
}

function firstFault(items: readonly unknown[], check: Check): string | undefined {
  for (let index = 0; index < items.length; index++) {
    const fault = check(items[index])
    if (fault !== undefined) return `[${index}]${fault}`
  }
  return undefined
}

export function shape(fields: Fields): Check {
  const checks = Object.entries(fields)
  return (value) => {
    if (!isObject(value)) return ' must be an object'
    for (const [name, check] of checks) {
      const part = value[name]
      if (part === undefined && check.isOptional) continue
      const fault = check(part)
      if (fault !== undefined) return `.${name}${fault}`
    }
    return undefined
  }
}

let lastTime: unknown

// Many records are of one millisecond, and to parse a time costs more than all else of a check.
function isTime(value: unknown): boolean {
  if (value === lastTime) return true
  if (!isText(value) || Number.isNaN(Date.parse(value))) return false
  lastTime = value
  return true
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}
