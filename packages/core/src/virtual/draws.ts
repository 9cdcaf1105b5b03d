import { sha256 } from '@retake/format'
import { nodeCrypto } from '../runtime/node-crypto.ts'
import { createRandomStream } from '../runtime/random-stream.ts'

/** Randomness that is the same for the same seed. Each path has streams of its own, whatever others draw. */
export interface Draws {
  /** From 0 up to 1. */
  random(path: string): number
  /** Of version 4, or of version 7 for a time in milliseconds. */
  uuid(path: string, ms?: number): string
  bytes(path: string, length: number): Uint8Array
}

/** How far the streams of a path have been drawn. */
interface Lane {
  random: (() => number) | undefined
  uuids: number
  bytes: number
}

const SEED_BYTES = 16
const BLOCK_BYTES = 32
// A whole number of 52 bits.
const SEED_DIGITS = 13

/**
 * A seed from the system's entropy. Longer than that of a session: whoever is shown a UUID must not be able to
 * try all seeds, and to know the next one.
 */
export function newDrawSeed(): string {
  return nodeCrypto().randomFillSync(Buffer.alloc(SEED_BYTES)).toString('hex')
}

/** UUIDs and bytes are hashes of the seed, so that none of them tells another one, nor the seed. */
export function createDraws(seed: string): Draws {
  const lanes = new Map<string, Lane>()

  function laneOf(path: string): Lane {
    let lane = lanes.get(path)
    if (lane === undefined) lanes.set(path, (lane = { random: undefined, uuids: 0, bytes: 0 }))
    return lane
  }

  const labelled = (...label: readonly (string | number)[]) => JSON.stringify([seed, ...label])

  return {
    random(path) {
      const lane = laneOf(path)
      lane.random ??= createRandomStream(toSeed(sha256(labelled('random', path))))
      return lane.random()
    },
    uuid(path, ms) {
      const hex = sha256(labelled('uuid', path, laneOf(path).uuids++))
      return ms === undefined ? toUuid(hex, 4) : toUuid(toTime(ms) + hex.slice(12), 7)
    },
    bytes(path, length) {
      const draw = laneOf(path).bytes++
      const bytes = new Uint8Array(Math.ceil(length / BLOCK_BYTES) * BLOCK_BYTES)
      for (let at = 0; at < length; at += BLOCK_BYTES) {
        bytes.set(nodeCrypto().hash('sha256', labelled('bytes', path, draw, at), 'buffer'), at)
      }
      return bytes.subarray(0, length)
    },
  }
}

function toSeed(hex: string): number {
  return Number.parseInt(hex.slice(0, SEED_DIGITS), 16)
}

function toTime(ms: number): string {
  return ms.toString(16).padStart(12, '0')
}

/** @see RFC 9562, sections 5.4 and 5.7 */
function toUuid(hex: string, version: number): string {
  const variant = '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) % 4)
  const [low, mid, high] = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(13, 16)]
  return `${low}-${mid}-${version}${high}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
