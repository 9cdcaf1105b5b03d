import { sha256 } from '../hash.ts'

const DIGITS = 16
const HOP = /^[0-9a-f]{16}$/

/** A short name for what `parts` say, the same in each process. */
export function createHop(...parts: readonly (string | number)[]): string {
  return sha256(JSON.stringify(parts)).slice(0, DIGITS)
}

export function isHop(value: unknown): value is string {
  return typeof value === 'string' && HOP.test(value)
}
