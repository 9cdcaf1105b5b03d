import type { Encoded, EventKind } from '../event.ts'
import type { MatchMode } from '../http/headers.ts'
import type { Entry } from './cassette.ts'
import { similarity } from './similarity.ts'

/** How an entry was found. `exact` to `relocated` are proved equal; the others are flagged. */
export type MatchTier = 'exact' | 'reordered' | 'relocated' | 'drifted' | 'position'

/** A call that is looking for its recording. */
export interface CallQuery {
  readonly kind: EventKind
  readonly name: string
  readonly op?: 'generate' | 'stream'
  readonly path: string
  readonly place: string
  readonly ord: number
  readonly key?: string
  readonly fp: string
  /** Encoded and redacted. */
  readonly request?: Encoded
}

/** Requests less alike than this are different requests, not edited ones. */
const SIMILAR_ENOUGH = 0.5

const MAX_COMPARED = 16

type Shelf = Map<string, Entry[]>

/** The unused entries of a cassette, by every key by which a call may ask for one. */
export interface EntryIndex {
  find(
    query: CallQuery,
    mode: MatchMode,
  ): { readonly entry: Entry; readonly tier: MatchTier } | undefined
}

/**
 * Indexes entries for matching: path, fingerprint and start order, in tiers.
 *
 * A look-up costs the same however many entries there are. Entries must come in start order.
 */
export function createEntryIndex(entries: readonly Entry[]): EntryIndex {
  const exact = shelve(entries, (entry) => exactKey(entry))
  const reordered = shelve(entries, (entry) => reorderedKey(entry))
  const relocated = shelve(entries, (entry) => relocatedKey(entry))
  const drifted = shelve(entries, (entry) => driftedKey(entry))
  const position = shelve(entries, (entry) => positionKey(entry))

  function equal(query: CallQuery): ReturnType<EntryIndex['find']> {
    const at = pickSibling(exact.get(exactKey(query)), query)
    if (at) return { entry: at, tier: 'exact' }
    const near = firstUnused(reordered.get(reorderedKey(query)))
    if (near) return { entry: near, tier: 'reordered' }
    const far = firstUnused(relocated.get(relocatedKey(query)))
    return far && { entry: far, tier: 'relocated' }
  }

  function similar(query: CallQuery): ReturnType<EntryIndex['find']> {
    const entry = mostAlike(drifted.get(driftedKey(query)), query)
    return entry && { entry, tier: 'drifted' }
  }

  function nth(query: CallQuery): ReturnType<EntryIndex['find']> {
    const entry = firstUnused(position.get(positionKey(query)))
    return entry && { entry, tier: entry.fp === query.fp ? 'exact' : 'position' }
  }

  return {
    find(query, mode) {
      if (mode === 'position') return nth(query)
      return equal(query) ?? (mode === 'lenient' ? similar(query) : undefined)
    },
  }
}

type Keyed = Pick<CallQuery, 'kind' | 'name' | 'op' | 'path' | 'place' | 'fp'>

// A value cannot be served as a stream, nor a stream as a value, so the operation is a part of every key.
function positionKey({ kind, name, op }: Keyed): string {
  return `${kind}\n${op ?? ''}\n${name}`
}

function driftedKey(call: Keyed): string {
  return `${positionKey(call)}\n${call.path}`
}

function relocatedKey(call: Keyed): string {
  return `${positionKey(call)}\n${call.fp}`
}

function reorderedKey(call: Keyed): string {
  return `${relocatedKey(call)}\n${call.place}`
}

function exactKey(call: Keyed): string {
  return `${relocatedKey(call)}\n${call.path}`
}

function shelve(entries: readonly Entry[], keyOf: (entry: Entry) => string): Shelf {
  const shelf: Shelf = new Map()
  for (const entry of entries) {
    const key = keyOf(entry)
    const shelved = shelf.get(key)
    if (shelved) shelved.push(entry)
    else shelf.set(key, [entry])
  }
  return shelf
}

// Used entries are dropped from the head as they are met, so that a long row of equal calls stays cheap.
function firstUnused(entries: Entry[] | undefined): Entry | undefined {
  while (entries?.[0]?.used) entries.shift()
  return entries?.[0]
}

function pickSibling(entries: Entry[] | undefined, query: CallQuery): Entry | undefined {
  const first = firstUnused(entries)
  if (entries === undefined || first === undefined) return undefined
  return entries.find((entry) => !entry.used && isSameSibling(entry, query)) ?? first
}

function isSameSibling(entry: Entry, query: CallQuery): boolean {
  return query.key === undefined ? entry.ord === query.ord : entry.event.key === query.key
}

function mostAlike(entries: Entry[] | undefined, query: CallQuery): Entry | undefined {
  const unused = (entries ?? []).filter((entry) => !entry.used)
  const nearest = unused
    .sort((one, other) => distance(one, query) - distance(other, query))
    .slice(0, MAX_COMPARED)
  return nearest.find((entry) => similarity(entry.event.request, query.request) >= SIMILAR_ENOUGH)
}

function distance(entry: Entry, query: CallQuery): number {
  return Math.abs(entry.ord - query.ord)
}
