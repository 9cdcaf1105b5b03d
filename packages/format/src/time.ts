import { realOf } from './real.ts'

/** A second, in milliseconds. */
export const SECOND_MS = 1000

/** Wall clock, in milliseconds since the epoch. */
export function wallMs(): number {
  return realOf(Date.now).call(Date)
}

let lastSecond = Number.NaN
let lastIso = ''

/** ISO 8601, UTC. Now, if no other time is given. */
export function isoTime(epochMs: number = wallMs()): string {
  const ms = Math.trunc(epochMs)
  const second = Math.floor(ms / SECOND_MS)
  // Much happens within one second, and to write a whole time costs more than to write its end.
  if (second !== lastSecond) {
    lastIso = new Date(second * SECOND_MS).toISOString().slice(0, -'000Z'.length)
    lastSecond = second
  }
  return `${lastIso}${String(ms - second * SECOND_MS).padStart(3, '0')}Z`
}
