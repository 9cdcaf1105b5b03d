import { nodeCrypto } from './node-crypto.ts'

const TWO_32 = 2 ** 32
const WARM_UP_ROUNDS = 12

/**
 * A stream of numbers from 0 up to 1 that is the same for the same seed: the sfc32 generator.
 *
 * @see Chris Doty-Humphrey, PractRand, "sfc" (public domain)
 */
export function createRandomStream(seed: number): () => number {
  let a = (seed % TWO_32) | 0
  let b = Math.floor(seed / TWO_32) | 0
  let c = 0x9e3779b9 | 0
  let counter = 1

  function next(): number {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return (sum >>> 0) / TWO_32
  }

  // The first numbers of two near seeds are alike.
  for (let round = 0; round < WARM_UP_ROUNDS; round++) next()
  return next
}

/** A whole number of 53 bits from the system's entropy: enough that no two sessions share one by chance. */
export function randomSeed(): number {
  const [high = 0, low = 0] = nodeCrypto().randomFillSync(new Uint32Array(2))
  return high * 2 ** 21 + (low >>> 11)
}
