import { lazily } from './lazily.ts'

const BLOCK_BYTES = 64
const LENGTH_BYTES = 8
const ROUNDS = 64

// The first 32 bits of the fractional parts of the cube roots, and of the square roots, of the first primes.
const roundConstants = lazily(() => fractions(ROUNDS, Math.cbrt))
const initialState = lazily(() => fractions(8, Math.sqrt))

/**
 * SHA-256 in script, for runtimes that cannot hash without waiting: a browser.
 *
 * @see FIPS 180-4, section 6.2
 */
export function sha256InScript(data: Uint8Array): string {
  const state = Uint32Array.from(initialState())
  const bytes = padded(data)
  const schedule = new Uint32Array(ROUNDS)
  for (let at = 0; at < bytes.byteLength; at += BLOCK_BYTES) {
    expand(schedule, new DataView(bytes.buffer, at, BLOCK_BYTES))
    compress(state, schedule)
  }
  return Array.from(state, (word) => word.toString(16).padStart(8, '0')).join('')
}

// The data, one bit, zeros up to the end of a block, and in its last eight bytes the length in bits.
function padded(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const blocks = Math.ceil((data.length + 1 + LENGTH_BYTES) / BLOCK_BYTES)
  const bytes = new Uint8Array(blocks * BLOCK_BYTES)
  bytes.set(data)
  bytes[data.length] = 0x80
  new DataView(bytes.buffer).setBigUint64(bytes.length - LENGTH_BYTES, BigInt(data.length) * 8n)
  return bytes
}

function expand(schedule: Uint32Array, block: DataView): void {
  for (let at = 0; at < 16; at++) schedule[at] = block.getUint32(at * 4)
  for (let at = 16; at < ROUNDS; at++) {
    const near = word(schedule, at - 2)
    const far = word(schedule, at - 15)
    const mixedNear = rotate(near, 17) ^ rotate(near, 19) ^ (near >>> 10)
    const mixedFar = rotate(far, 7) ^ rotate(far, 18) ^ (far >>> 3)
    schedule[at] = mixedNear + word(schedule, at - 7) + mixedFar + word(schedule, at - 16)
  }
}

function compress(state: Uint32Array, schedule: Uint32Array): void {
  const constants = roundConstants()
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
  for (let at = 0; at < ROUNDS; at++) {
    const mixedE = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    const choice = (e & f) ^ (~e & g)
    const first = (h + mixedE + choice + word(constants, at) + word(schedule, at)) | 0
    const mixedA = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    const majority = (a & b) ^ (a & c) ^ (b & c)
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + mixedA + majority) | 0]
  }
  for (const [at, added] of [a, b, c, d, e, f, g, h].entries()) {
    state[at] = word(state, at) + added
  }
}

function fractions(count: number, root: (prime: number) => number): Uint32Array {
  return Uint32Array.from(firstPrimes(count), (prime) => (root(prime) % 1) * 2 ** 32)
}

function firstPrimes(count: number): readonly number[] {
  const primes: number[] = []
  for (let number = 2; primes.length < count; number++) {
    if (primes.every((prime) => number % prime !== 0)) primes.push(number)
  }
  return primes
}

function word(words: Uint32Array, at: number): number {
  return words[at] ?? 0
}

function rotate(value: number, bits: number): number {
  return (value >>> bits) | (value << (32 - bits))
}
