import { ReplayInvalidSessionError } from '@retake/core'
import type { ToolContext, ToolRun } from './emission-notes.ts'
import { mapTexts } from './map-texts.ts'
import { Mark } from './message-marks.ts'
import { isMessage, isPlain, setField, TAG } from './pack.ts'
import { createRenaming, idPairs, idsOf, messagesAround } from './tool-place.ts'
import type { Resolve } from './unpack.ts'
import { UUIDS } from './uuids.ts'

type Fields = Readonly<Record<string, unknown>>

/** An output that holds messages of the graph's state, or ids of where the tool ran. */
interface Placed {
  readonly output: unknown
  /** The ids of then that occur in it, by where they stand. */
  readonly ids: Readonly<Record<string, string>>
  /** Messages of the state are named by their place. */
  readonly names?: true
}

const PLACED = 'placed'
/** Where a tool runs: what it can hand back that is made up anew in each run. */
export interface Place {
  readonly run: ToolRun | undefined
  readonly config: (ToolContext & { readonly toolCall?: { readonly id?: string } }) | undefined
}

/**
 * Packs an output so that a replay can give it with the ids of then replaced by those of now, and with the very messages
 * that its state holds: a tool that hands over to another agent gives back the whole state.
 *
 * @see docs/decisions/0092-names-that-frameworks-make-up.md
 */
export function packPlaced(
  output: unknown,
  pack: (value: unknown) => unknown,
  place: Place,
): unknown {
  const named = nameMessages(output, place.config)
  const packed = pack(named)
  const ids = idsWithin(packed, place)
  if (named === output && Object.keys(ids).length === 0) return packed
  return { [TAG]: PLACED, output: packed, ids, ...(named === output ? {} : { names: true }) }
}

/** Reads what `packPlaced` has packed, up to unpacking it. */
export function readPlaced(stored: unknown, { run, config }: Place): PlacedReading {
  if (!isPlaced(stored)) return { output: stored, renamed: NONE }
  const renaming = createRenaming()
  const renamed = new Map<string, string>()
  for (const [then, now] of idPairs(stored.ids, idsAround({ run, config }))) {
    renaming.set(then, now)
    if (now !== then) renamed.set(now, then)
  }
  const output = mapTexts(stored.output, renaming.rename)
  if (stored.names === undefined) return { output, renamed }
  const around = messagesAround(config)
  return { output, renamed, resolve: ({ id }) => around.get(String(id)) ?? gone(String(id)) }
}

export interface PlacedReading {
  readonly output: unknown
  /** Ids of then, by those of now. */
  readonly renamed: ReadonlyMap<string, string>
  /** Gives the messages of the state that it names, where it names any. */
  readonly resolve?: Resolve
}

const NONE: ReadonlyMap<string, string> = new Map()

function isPlaced(stored: unknown): stored is Placed {
  return typeof stored === 'object' && stored !== null && Reflect.get(stored, TAG) === PLACED
}

function idsAround({ run, config }: Place): Readonly<Record<string, string>> {
  const found: Record<string, string> = { ...idsOf(run, config) }
  const note = (at: string, id: unknown) => {
    if (typeof id === 'string') found[at] = id
  }
  note('call', config?.toolCall?.id)
  for (const [at, message] of messagesAround(config)) {
    const { tool_calls: calls, tool_call_id: result } = message as unknown as Fields
    note(`${at}.result`, result)
    if (!Array.isArray(calls)) continue
    for (const [index, call] of calls.entries())
      note(`${at}.call.${index}`, (call as { id?: unknown } | undefined)?.id)
  }
  return found
}

function idsWithin(packed: unknown, place: Place): Readonly<Record<string, string>> {
  const within = new Set<string>()
  collectUuids(packed, within)
  if (within.size === 0) return {}
  const around = Object.entries(idsAround(place))
  const used = around.filter(([, text]) => text.match(UUIDS)?.some((id) => within.has(id)))
  return Object.fromEntries(used)
}

function collectUuids(value: unknown, found: Set<string>): void {
  if (typeof value === 'string') {
    if (value.length >= 36) for (const id of value.match(UUIDS) ?? []) found.add(id)
    return
  }
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) for (const item of value) collectUuids(item, found)
  else if (isPlain(value)) for (const field of Object.values(value)) collectUuids(field, found)
}

/** Puts names in the place of messages that the state holds. */
function nameMessages(output: unknown, config: ToolContext | undefined): unknown {
  if (typeof output !== 'object' || output === null) return output
  const places = new Map<object, string>()
  // The first place counts: a graph's own state comes before what the tool was handed.
  for (const [at, message] of messagesAround(config))
    if (!places.has(message)) places.set(message, at)
  const found = { names: 0 }
  const named = places.size === 0 ? output : nameIn(output, { places, found, above: [] })
  return found.names > 0 ? named : output
}

interface Naming {
  readonly places: ReadonlyMap<object, string>
  readonly found: { names: number }
  readonly above: readonly object[]
}

function nameIn(value: unknown, { places, found, above }: Naming): unknown {
  if (typeof value !== 'object' || value === null || above.includes(value)) return value
  const place = places.get(value)
  if (place !== undefined) {
    found.names++
    return new Mark(place)
  }
  if (isMessage(value)) return value
  const naming = { places, found, above: [...above, value] }
  if (Array.isArray(value)) return value.map((item) => nameIn(item, naming))
  if (!isPlain(value) && !('lg_name' in value)) return value
  const copy = Object.create(Object.getPrototypeOf(value) as object) as Record<PropertyKey, unknown>
  for (const key of Reflect.ownKeys(value)) {
    if (!Object.prototype.propertyIsEnumerable.call(value, key)) continue
    const field = Reflect.get(value, key) as unknown
    if (typeof key === 'string') setField(copy, key, nameIn(field, naming))
    else copy[key] = field
  }
  return copy
}

function gone(place: string): never {
  throw new ReplayInvalidSessionError(
    `A recorded tool handed on a message of its graph's state, ${place.replace(/^s\d\./, '')}, which the state does not hold now. The graph was changed since: record the session again.`,
  )
}
