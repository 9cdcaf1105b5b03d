import {
  EMISSIONS,
  opened,
  outcomeOf,
  READS,
  readSlots,
  unpackReadStates,
  type Encoded,
  type EmissionSlot,
  type OpenedEvent,
  type RecordedEvent,
} from '@retake/format'
import type { RecordedEmissions } from '../session/session-state.ts'

/** How the calls of a replay were decided on, by the `seq` of their recordings. */
export interface EmissionState {
  /** A call was served. */
  served(seq: number): void
  /** A call runs for real. */
  live(seq: number): void
  /** What was written to the stream that was opened at a place. */
  find(path: string, ord: number): RecordedEmissions | undefined
  /** How the parts of the stream that was opened at a place read when the app took them. */
  readStates(path: string, ord: number): readonly string[] | undefined
  /** What served calls have written and a replay cannot write again: the events that say so. */
  lost(): readonly OpenedEvent[]
}

const MAX_DEPTH = 1_000

interface Options {
  readonly stallMs: number
  readonly onDropped: () => void
}

/** Knows what calls have written to streams of the app, and which of these calls were served. */
export function createEmissionState(
  events: readonly RecordedEvent[],
  { stallMs, onDropped }: Options,
): EmissionState {
  const decided = new Map<number, 'served' | 'live'>()
  const listeners = new Set<() => void>()
  let recorded: Recorded | undefined
  let parents: ReadonlyMap<number, number | undefined> | undefined

  // A served call covers what was recorded beneath it.
  function stateOf(seq: number): 'served' | 'live' | undefined {
    parents ??= new Map(events.map((event) => [event.seq, event.parent]))
    let at: number | undefined = seq
    // In a file from outside, an event may be its own parent.
    for (let depth = 0; at !== undefined && depth < MAX_DEPTH; depth++) {
      const state = decided.get(at)
      if (state !== undefined) return state
      at = parents.get(at)
    }
    return undefined
  }

  function note(seq: number, state: 'served' | 'live'): void {
    decided.set(seq, state)
    for (const listener of listeners) listener()
  }

  return {
    served: (seq) => note(seq, 'served'),
    live: (seq) => note(seq, 'live'),
    find(path, ord) {
      recorded ??= readEmissions(events)
      const slots = recorded.streams.get(keyOf(path, ord))
      return (
        slots && {
          slots,
          stallMs,
          stateOf,
          dropped: onDropped,
          onServed(listener) {
            listeners.add(listener)
            return () => void listeners.delete(listener)
          },
        }
      )
    },
    readStates(path, ord) {
      recorded ??= readEmissions(events)
      return recorded.reads.get(keyOf(path, ord))
    },
    lost() {
      recorded ??= readEmissions(events)
      return recorded.lost.filter(
        ({ parent }) => parent === undefined || stateOf(parent) !== 'live',
      )
    },
  }
}

interface Recorded {
  readonly streams: ReadonlyMap<string, readonly EmissionSlot[]>
  readonly reads: ReadonlyMap<string, readonly string[]>
  readonly lost: readonly OpenedEvent[]
}

function readEmissions(events: readonly RecordedEvent[]): Recorded {
  const streams = new Map<string, readonly EmissionSlot[]>()
  const reads = new Map<string, readonly string[]>()
  const lost: OpenedEvent[] = []
  for (const recorded of events) {
    // Calls have a fingerprint, and most events are calls.
    if (recorded.fp !== undefined) continue
    const event = opened(recorded)
    if (event.kind !== 'custom') continue
    if (event.name === READS)
      reads.set(keyOf(event.path, event.ord), readOutcome(event, unpackReadStates) ?? [])
    if (event.name !== EMISSIONS) continue
    const slots = readOutcome(event, readSlots)
    if (slots) streams.set(keyOf(event.path, event.ord), slots)
    else lost.push(event)
  }
  return { streams, reads, lost }
}

// What cannot be read is lost, and a replay says so.
function readOutcome<T>(
  event: RecordedEvent,
  read: (value: Encoded | undefined) => T | undefined,
): T | undefined {
  try {
    return read(outcomeOf(event)?.value)
  } catch {
    return undefined
  }
}

function keyOf(path: string, ord: number): string {
  return `${ord}\n${path}`
}
