import { runtimeCrypto } from './hash.ts'
import { realOf } from './real.ts'
import { wallMs } from './time.ts'

const SESSION_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{7,127}$/
const VERSIONED = 'xxxxxxxx-xxxx-V'.length
const COUNT_DIGITS = 6
const COUNTS = 16 ** COUNT_DIGITS

let lastMs = Number.NaN
let lastTime = ''

/** Whether `text` may be a session's id. One token: no dots, slashes, commas or control characters. */
export function isSessionId(text: string): boolean {
  return SESSION_ID.test(text)
}

/**
 * A new UUIDv7: ids sort by the millisecond in which they were made, by default this one.
 *
 * @see RFC 9562, section 5.7
 */
export function newId(ms: number = wallMs()): string {
  // The runtime makes these from a pool of entropy. Its variant and 74 random bits are the same in version 7.
  // Not by Web Crypto, which would be loaded for nothing else, and takes longer than all of this module.
  return timeOf(ms) + randomUUID().slice(VERSIONED)
}

let ownBits = ''
let count = 0

/**
 * A new UUIDv7 for an event, of which a session has many, and whose id need not be hard to guess: random bits of this
 * process, and a count. They sort in the order in which they were made.
 *
 * @see RFC 9562, section 6.2, method 2
 * @see docs/decisions/0063-copy-less-per-call.md
 */
export function newEventId(): string {
  if (count === 0) ownBits = newId().slice(VERSIONED, -COUNT_DIGITS)
  const digits = (COUNTS + count).toString(16).slice(1)
  count = (count + 1) % COUNTS
  return timeOf(wallMs()) + ownBits + digits
}

/** All up to the version. */
function timeOf(ms: number): string {
  if (ms !== lastMs) {
    const time = ms.toString(16).padStart(12, '0')
    lastTime = `${time.slice(0, 8)}-${time.slice(8)}-7`
    lastMs = ms
  }
  return lastTime
}

function randomUUID(): string {
  const crypto = runtimeCrypto() ?? globalThis.crypto
  return realOf(crypto.randomUUID).call(crypto)
}
