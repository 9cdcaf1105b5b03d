import { isEncodedList } from './codec/tags.ts'
import type { Encoded } from './event.ts'

/** Name of the event, of kind `custom`, that holds what was written beneath calls to one stream of the app. */
export const EMISSIONS = 'emissions'

/**
 * One chunk of a stream that code writes to: of the app's own code, which writes it again in a replay; or from beneath a
 * call, which does not run again, with the `seq` of the event that encloses it.
 */
export type EmissionSlot = 0 | readonly [seq: number, chunk: Encoded]

/** Slots as they are stored, as runs: `[0, how many]`, or `[seq, [chunk, …]]`. */
export function packSlots(slots: readonly EmissionSlot[]): Encoded {
  const runs: [number, number | Encoded[]][] = []
  for (const slot of slots) {
    const [seq, chunk] = slot === 0 ? [0] : slot
    const last = runs.at(-1)
    const isSame = last?.[0] === seq
    if (chunk === undefined) {
      if (isSame) last[1] = (last[1] as number) + 1
      else runs.push([0, 1])
    } else if (isSame) (last[1] as Encoded[]).push(chunk)
    else runs.push([seq, [chunk]])
  }
  return runs
}

// No stream has more, and a hostile file must not fill the memory with a few bytes.
const MAX_SLOTS = 1_000_000

/** Reads what `packSlots` gave; `undefined` for what it cannot have given. */
export function readSlots(value: Encoded | undefined): readonly EmissionSlot[] | undefined {
  if (!isEncodedList(value)) return undefined
  const slots: EmissionSlot[] = []
  for (const run of value) {
    if (!isEncodedList(run) || run.length !== 2) return undefined
    const [seq, rest] = run
    if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 0) return undefined
    const isLive = seq === 0 && typeof rest === 'number' && Number.isSafeInteger(rest) && rest > 0
    if (isLive && slots.length + rest <= MAX_SLOTS) {
      for (let count = 0; count < rest; count++) slots.push(0)
    } else if (seq > 0 && isEncodedList(rest)) {
      for (const chunk of rest) slots.push([seq, chunk])
    } else return undefined
  }
  return slots.length > MAX_SLOTS ? undefined : slots
}
