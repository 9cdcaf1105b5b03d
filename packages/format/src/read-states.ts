import { isEncodedList } from './codec/tags.ts'
import type { Encoded, EventRecord } from './event.ts'

/** Name of the event, of kind `custom`, that holds how the parts of one stream read when the app took them. */
export const READS = 'reads'

/** Whether an event is kept for replays alone, and tells a reader nothing. */
export function isBookkeeping({ kind, name }: Pick<EventRecord, 'kind' | 'name'>): boolean {
  return kind === 'custom' && name === READS
}

// No stream has more, and a hostile file must not fill the memory with a few bytes.
const MAX_PARTS = 1_000_000

/** The states of parts as they are stored, as runs: `[state, how many]`. */
export function packReadStates(states: readonly string[]): Encoded {
  const runs: [state: string, count: number][] = []
  for (const state of states) {
    const last = runs.at(-1)
    if (last?.[0] === state) last[1]++
    else runs.push([state, 1])
  }
  return runs
}

/** Reads what `packReadStates` gave; `undefined` for what it cannot have given. */
export function unpackReadStates(value: Encoded | undefined): readonly string[] | undefined {
  if (!isEncodedList(value)) return undefined
  const states: string[] = []
  for (const run of value) {
    const [state, count] = isEncodedList(run) ? run : []
    if (typeof state !== 'string' || typeof count !== 'number') return undefined
    if (!Number.isSafeInteger(count) || count < 1 || states.length + count > MAX_PARTS)
      return undefined
    for (let at = 0; at < count; at++) states.push(state)
  }
  return states
}
