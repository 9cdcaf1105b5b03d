import {
  createFindDrifted,
  type Drifted,
  fingerprintOf,
  requestOf,
  requestText,
  lazily,
  placeOf,
} from '@retake/format'
import type { MatchMode } from '../session/replay-options.ts'
import type { Entry, MatchTier, CallQuery } from './entry.ts'

type Buckets = ReadonlyMap<string, Entry[]>

type Found = { readonly entry: Entry; readonly tier: MatchTier } | undefined

/** The unused entries of a cassette, by every key by which a call may ask for one. */
export interface EntryIndex {
  find(query: CallQuery, mode: MatchMode): Found
  /** Why no recording of its place is served to a call that is matched leniently, where there are any. */
  whyNotDrifted(query: CallQuery): string | undefined
  /** The entries that ask the same as one. The same list for each of them. */
  equalsOf(entry: Entry): readonly Entry[]
}

/**
 * Indexes entries for matching: path, fingerprint and start order, in tiers.
 *
 * A look-up costs the same however many entries there are. Entries must come in start order. Nearly every
 * call is asked for in its turn, so no place is indexed before one is not. Nearly all others are where they were
 * when they were recorded: fingerprints are worked out when a call is not, and then for all entries of its name.
 */
export function createEntryIndex(entries: readonly Entry[]): EntryIndex {
  const siblings = lazily(() => siblingsOf(entries))
  const rows = new Map<string, EqualEntries>()
  const equals = new Map<string, Buckets>()
  const places = lazily(() => bucketBy(entries, reorderedKey))
  const finders = new Map<string, ((query: CallQuery) => Drifted) | undefined>()
  const steady = new Set<string>()
  const position = lazily(() => bucketBy(entries, positionKey))
  let next = 0

  // The first entry that is not used. What stands before it at the same place cannot be given any more.
  function inTurn(query: CallQuery): Entry | undefined {
    while (entries[next]?.used) next++
    const entry = entries[next]
    return entry && isSamePlace(entry.event, query) ? entry : undefined
  }

  function atPlace(query: CallQuery): Found {
    const entry = inTurn(query) ?? siblings().get(siblingKey(query))
    if (entry === undefined || entry.used || !isSameSibling(entry, query)) return undefined
    return isEqual(entry, query) ? { entry, tier: 'exact' } : undefined
  }

  function elsewhere(query: CallQuery): Found {
    const name = positionKey(query)
    let row = rows.get(name)
    if (row === undefined) rows.set(name, (row = createEqualEntries(byFingerprint(name))))
    return row(query)
  }

  // The entries of a name that were not used when somebody first asked: to look at all others would be for nothing.
  function byFingerprint(name: string): Buckets {
    let buckets = equals.get(name)
    if (buckets === undefined) {
      const unused = (position().get(name) ?? []).filter(({ used }) => !used)
      equals.set(name, (buckets = bucketBy(unused, equalKey)))
    }
    return buckets
  }

  function similar(query: CallQuery): Found {
    const index = drifted(query)?.index
    const entry = index === undefined ? undefined : places().get(reorderedKey(query))?.[index]
    return entry && { entry, tier: 'drifted' }
  }

  function drifted(query: CallQuery): Drifted | undefined {
    const place = reorderedKey(query)
    if (!finders.has(place))
      finders.set(
        place,
        createFinder(places().get(place), () => steady.has(place)),
      )
    return finders.get(place)?.(query)
  }

  function equalTo(query: CallQuery, mode: MatchMode): Found {
    const equal = atPlace(query) ?? elsewhere(query)
    if (equal && mode === 'lenient') steady.add(reorderedKey(equal.entry))
    return equal
  }

  function nth(query: CallQuery): Found {
    const entry = firstUnused(position().get(positionKey(query)))
    return entry && { entry, tier: isEqual(entry, query) ? 'exact' : 'position' }
  }

  function equalsOf(entry: Entry): readonly Entry[] {
    return byFingerprint(positionKey(entry)).get(equalKey(entry)) ?? []
  }

  return {
    equalsOf,
    find(query, mode) {
      if (mode === 'position') return nth(query)
      return equalTo(query, mode) ?? (mode === 'lenient' ? similar(query) : undefined)
    },
    whyNotDrifted: (query) => drifted(query)?.why,
  }
}

function isSamePlace(one: Sibling, other: Sibling): boolean {
  return (
    one.ord === other.ord &&
    one.path === other.path &&
    one.name === other.name &&
    one.kind === other.kind &&
    one.op === other.op
  )
}

// Of several with the same place and ordinal, which only a session of several writers can have, the first one.
function siblingsOf(entries: readonly Entry[]): ReadonlyMap<string, Entry> {
  const siblings = new Map<string, Entry>()
  for (const entry of entries) {
    const key = siblingKey(entry)
    if (!siblings.has(key)) siblings.set(key, entry)
  }
  return siblings
}

// Equal texts have equal fingerprints, and cost far less.
function isEqual({ event }: Entry, query: CallQuery): boolean {
  if (event.fp === '' && requestText(event) === query.text()) return true
  return fingerprintOf(event) === query.fp()
}

/** Finds entries that ask the same as a call, among those of its name. */
type EqualEntries = (query: CallQuery) => Found

function createEqualEntries(rows: Buckets): EqualEntries {
  const tiers = new Map<string, EqualEntries>()

  return (query) => {
    const fp = query.fp()
    const row = rows.get(fp)
    if (row === undefined) return undefined
    let find = tiers.get(fp)
    if (find === undefined) tiers.set(fp, (find = createTiers(row)))
    return find(query)
  }
}

/** The tiers of entries with one name and fingerprint. */
function createTiers(row: Entry[]): EqualEntries {
  const exact = bucketBy(row, driftedKey)
  const reordered = lazily(() => bucketBy(row, reorderedKey))

  return (query) => {
    const at = pickSibling(exact.get(driftedKey(query)), query)
    if (at) return { entry: at, tier: 'exact' }
    const near = firstUnused(reordered().get(reorderedKey(query)))
    if (near) return { entry: near, tier: 'reordered' }
    const far = firstUnused(row)
    return far && { entry: far, tier: 'relocated' }
  }
}

type Keyed = Pick<CallQuery, 'kind' | 'name' | 'op' | 'path'>

// A value cannot be served as a stream, nor a stream as a value, so the operation is a part of every key.
function positionKey({ kind, name, op }: Keyed): string {
  return `${kind}\n${op ?? ''}\n${name}`
}

type Sibling = Keyed & Pick<CallQuery, 'ord'>

function siblingKey(call: Sibling): string {
  return `${call.ord}\n${driftedKey(call)}`
}

function driftedKey(call: Keyed): string {
  return `${positionKey(call)}\n${call.path}`
}

function equalKey({ event }: Entry): string {
  return fingerprintOf(event)
}

function reorderedKey(call: Keyed & Partial<Pick<CallQuery, 'place'>>): string {
  return `${positionKey(call)}\n${call.place ?? placeOf(call.path)}`
}

function bucketBy(entries: readonly Entry[], keyOf: (entry: Entry) => string): Buckets {
  const buckets = new Map<string, Entry[]>()
  for (const entry of entries) {
    const key = keyOf(entry)
    const bucket = buckets.get(key)
    if (bucket) bucket.push(entry)
    else buckets.set(key, [entry])
  }
  return buckets
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

// All recordings of the place are looked at, used ones too: what tells them apart is what a call has to agree in.
function createFinder(
  entries: readonly Entry[] | undefined,
  isSteady: () => boolean,
): ((query: CallQuery) => Drifted) | undefined {
  if (entries === undefined) return undefined
  const find = createFindDrifted({
    requests: entries.map(({ event }) => requestOf(event)),
    isUsed: (index) => entries[index]?.used ?? true,
    isSteady,
  })
  return ({ request }) => find(request)
}
