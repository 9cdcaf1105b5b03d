import { wallMs } from './clock.ts'
import { nodeCrypto } from './hash.ts'

const SESSION_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{7,127}$/
const POOL_BYTES = 4096
const RANDOM_BYTES = 10

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
)

const pool = new Uint8Array(POOL_BYTES)
let used = POOL_BYTES

/** Whether `text` may be a session's id. One token: no dots, slashes, commas or control characters. */
export function isSessionId(text: string): boolean {
  return SESSION_ID.test(text)
}

/**
 * A new UUIDv7: ids sort by the millisecond in which they were made.
 *
 * @see RFC 9562, section 5.7
 */
export function newId(): string {
  const time = wallMs().toString(16).padStart(12, '0')
  const from = takeRandom()
  const version = hex(((pool[from] ?? 0) & 0x0f) | 0x70) + hexAt(from + 1)
  const variant = hex(((pool[from + 2] ?? 0) & 0x3f) | 0x80) + hexAt(from + 3)
  const node =
    hexAt(from + 4) +
    hexAt(from + 5) +
    hexAt(from + 6) +
    hexAt(from + 7) +
    hexAt(from + 8) +
    hexAt(from + 9)
  return `${time.slice(0, 8)}-${time.slice(8)}-${version}-${variant}-${node}`
}

/** A whole number of 53 bits from the system's entropy: enough that no two sessions share one by chance. */
export function randomSeed(): number {
  const from = takeRandom()
  const view = new DataView(pool.buffer)
  return view.getUint32(from) * 2 ** 21 + (view.getUint32(from + 4) >>> 11)
}

// Entropy is drawn in pools, since one system call per id would cost more than the id.
function takeRandom(): number {
  if (used + RANDOM_BYTES > POOL_BYTES) {
    // Web Crypto would be loaded for nothing else, and takes longer than all of this module.
    nodeCrypto().randomFillSync(pool)
    used = 0
  }
  const from = used
  used += RANDOM_BYTES
  return from
}

function hexAt(index: number): string {
  return hex(pool[index] ?? 0)
}

function hex(byte: number): string {
  return HEX[byte] ?? '00'
}
