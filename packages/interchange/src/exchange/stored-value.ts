import { Buffer } from 'node:buffer'
import { ExactNumber, isExactDigits, isExactNumber, type Encoded } from '@retake/format'
import { isDeeper } from '../read/json.ts'

const TAG = '$rt'
/** Deepest nesting of a value that is recorded. */
const MAX_STORED_DEPTH = 200

/** A value of JSON and bytes in the form in which sessions store it. */
export function toStored(value: unknown): Encoded {
  if (value instanceof Uint8Array) {
    return { [TAG]: 'bytes', type: 'Uint8Array', v: Buffer.from(value).toString('base64') }
  }
  if (typeof value === 'number' && isLost(value)) {
    return { [TAG]: 'number', v: Object.is(value, -0) ? '-0' : String(value) }
  }
  if (typeof value !== 'object' || value === null) return value as Encoded
  if (isExactNumber(value)) return { [TAG]: 'number', v: value.digits }
  if (Array.isArray(value)) return value.map(toStored)
  const entries = Object.entries(value).map(([key, part]) => [key, toStored(part)] as const)
  const stored = Object.fromEntries(entries) as Encoded
  return Object.hasOwn(value, TAG) ? { [TAG]: 'object', v: stored } : stored
}

/** Why a value is not recorded as a whole; `undefined` when it is. */
export function whyNotStored(value: unknown): string | undefined {
  const isTooDeep = !(value instanceof Uint8Array) && isDeeper(value, MAX_STORED_DEPTH)
  return isTooDeep ? `it is nested deeper than ${MAX_STORED_DEPTH} levels` : undefined
}

/** The value of JSON and bytes that is stored. What is neither becomes `undefined`. */
export function fromStored(stored: Encoded | undefined): unknown {
  if (typeof stored !== 'object' || stored === null) return stored
  if (isList(stored)) return stored.map(fromStored)
  if (!Object.hasOwn(stored, TAG)) return mapValues(stored)
  const { v } = stored
  if (stored[TAG] === 'bytes' && typeof v === 'string') {
    return new Uint8Array(Buffer.from(v, 'base64'))
  }
  if (stored[TAG] === 'number') {
    return typeof v === 'string' && isExactDigits(v) ? new ExactNumber(v) : Number(v)
  }
  const isEscaped = stored[TAG] === 'object' && isObject(v)
  return isEscaped ? mapValues(v) : undefined
}

/** Whether a part of a stored value was left out. */
export function holdsWithheld(stored: Encoded | undefined): boolean {
  if (typeof stored !== 'object' || stored === null) return false
  if (isObject(stored) && stored[TAG] === 'withheld') return true
  return Object.values(stored).some(holdsWithheld)
}

/** Whether a number is one that JSON loses when it is written, though it can be read from it. */
export function isLost(value: number): boolean {
  return Object.is(value, -0) || !Number.isFinite(value)
}

function mapValues(stored: Readonly<Record<string, Encoded>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(stored).map(([key, part]) => [key, fromStored(part)]))
}

function isList(stored: Encoded | undefined): stored is readonly Encoded[] {
  return Array.isArray(stored)
}

/** Whether a stored value is an object. */
export function isObject(stored: Encoded | undefined): stored is Readonly<Record<string, Encoded>> {
  return typeof stored === 'object' && stored !== null && !Array.isArray(stored)
}
