import type { Encoded, EventKind } from '../event.ts'
import type { MatchMode } from '../http/headers.ts'
import type { Entry } from './cassette.ts'
import { requestOf } from '../journal/recorded-event.ts'
import { placeOf } from '../session/scope.ts'
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

type Shelf = ReadonlyMap<string, Entry[]>

type Found = { readonly entry: Entry; readonly tier: MatchTier } | undefined

/** The unused entries of a cassette, by every key by which a call may ask for one. */
export interface EntryIndex {
  find(query: CallQuery, mode: MatchMode): Found
}

/**
 * Indexes entries for matching: path, fingerprint and start order, in tiers.
 *
 * A look-up costs the same however many entries there are. Entries must come in start order. Only the
 * fingerprints are indexed at once; what they do not tell apart is when somebody asks for it.
 */
export function createEntryIndex(entries: readonly Entry[]): EntryIndex {
  const rows = rowsOf(entries)
  const equals = new Map<string, (query: CallQuery) => Found>()
  const drifted = lazily(() => shelve(entries, driftedKey))
  const position = lazily(() => shelve(entries, positionKey))

  function equal(query: CallQuery): Found {
    const row = rows.get(query.fp)
    if (row === undefined) return undefined
    if (!Array.isArray(row)) return matchOne(row, query)
    let find = equals.get(query.fp)
    if (find === undefined) equals.set(query.fp, (find = createTiers(row)))
    return find(query)
  }

  function similar(query: CallQuery): Found {
    const entry = mostAlike(drifted().get(driftedKey(query)), query)
    return entry && { entry, tier: 'drifted' }
  }

  function nth(query: CallQuery): Found {
    const entry = firstUnused(position().get(positionKey(query)))
    return entry && { entry, tier: entry.fp === query.fp ? 'exact' : 'position' }
  }

  return {
    find(query, mode) {
      if (mode === 'position') return nth(query)
      return equal(query) ?? (mode === 'lenient' ? similar(query) : undefined)
    },
  }
}

/** Entries by fingerprint. One that is the only one of its row is not put into a list. */
function rowsOf(entries: readonly Entry[]): ReadonlyMap<string, Entry | Entry[]> {
  const rows = new Map<string, Entry | Entry[]>()
  for (const entry of entries) {
    const row = rows.get(entry.fp)
    if (row === undefined) rows.set(entry.fp, entry)
    else if (Array.isArray(row)) row.push(entry)
    else rows.set(entry.fp, [row, entry])
  }
  return rows
}

/** The tiers of entries with one fingerprint. */
function createTiers(row: readonly Entry[]): (query: CallQuery) => Found {
  const exact = shelve(row, driftedKey)
  const reordered = lazily(() => shelve(row, reorderedKey))
  const relocated = lazily(() => shelve(row, positionKey))

  return (query) => {
    const at = pickSibling(exact.get(driftedKey(query)), query)
    if (at) return { entry: at, tier: 'exact' }
    const near = firstUnused(reordered().get(reorderedKey(query)))
    if (near) return { entry: near, tier: 'reordered' }
    const far = firstUnused(relocated().get(positionKey(query)))
    return far && { entry: far, tier: 'relocated' }
  }
}

// Most requests are asked once, and then there is nothing to look up.
function matchOne(entry: Entry, query: CallQuery): Found {
  const { kind, name, op, path } = entry
  if (entry.used || kind !== query.kind || op !== query.op || name !== query.name) return undefined
  if (path === query.path) return { entry, tier: 'exact' }
  return { entry, tier: placeOf(path) === query.place ? 'reordered' : 'relocated' }
}

type Keyed = Pick<CallQuery, 'kind' | 'name' | 'op' | 'path'>

// A value cannot be served as a stream, nor a stream as a value, so the operation is a part of every key.
function positionKey({ kind, name, op }: Keyed): string {
  return `${kind}\n${op ?? ''}\n${name}`
}

function driftedKey(call: Keyed): string {
  return `${positionKey(call)}\n${call.path}`
}

function reorderedKey(call: Keyed & Partial<Pick<CallQuery, 'place'>>): string {
  return `${positionKey(call)}\n${call.place ?? placeOf(call.path)}`
}

function shelve(entries: readonly Entry[], keyOf: (entry: Entry) => string): Shelf {
  const shelf = new Map<string, Entry[]>()
  for (const entry of entries) {
    const key = keyOf(entry)
    const shelved = shelf.get(key)
    if (shelved) shelved.push(entry)
    else shelf.set(key, [entry])
  }
  return shelf
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
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
  return nearest.find(
    (entry) => similarity(requestOf(entry.event), query.request) >= SIMILAR_ENOUGH,
  )
}

function distance(entry: Entry, query: CallQuery): number {
  return Math.abs(entry.ord - query.ord)
}
