import { sha256 } from '@retake/format'
import { nextOrdinal } from './frame.ts'
import type { SessionScope } from './session-state.ts'

const DIGITS = 16
const HOP = /^[0-9a-f]{16}$/

/** A short name for what `parts` say, the same in each process. */
export function createHop(...parts: readonly (string | number)[]): string {
  return sha256(JSON.stringify(parts)).slice(0, DIGITS)
}

/**
 * The hop to what a scope asks for next: where that is done, `what` it is, and which one of those from there.
 *
 * @see docs/decisions/0046-hops.md
 */
export function nextHop({ session, frame }: SessionScope, ...what: readonly string[]): string {
  const ordinal = nextOrdinal(frame, `hop:${what.join(' ')}`)
  return createHop(session.options.hop ?? '', frame.path, ...what, ordinal)
}

export function isHop(value: unknown): value is string {
  return typeof value === 'string' && HOP.test(value)
}
