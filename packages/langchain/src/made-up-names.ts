import type { CallCodec } from '@retake/core/adapter'
import { mapTexts } from './message-marks.ts'
import { isPlain } from './pack.ts'

/** Names that a framework has made up for the tools of a call, in the order in which they were numbered. */
export type MadeUpNames = readonly string[]

const NAMED = /\bextract-(\d+)\b/g
const IS_NAMED = /^extract-\d+$/
const PLACED = /\bextract-#(\d+)\b/g
const OF_EARLIER = 'extract-#old'
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

interface NamedTool {
  readonly name?: unknown
  readonly function?: { readonly name?: unknown }
}

/**
 * The tools of a call that `toolStrategy()` of LangChain has named: `extract-1`, `extract-2` and so on, by a counter of the
 * process, which a replay does not meet again. What is stored, and what a call is told apart by, holds the place of
 * a tool among these instead of its number.
 *
 * @see https://github.com/langchain-ai/langchainjs, `libs/langchain/src/agents/responses.ts` (where the counter is)
 */
export function madeUpNames(model: object, { tools }: { readonly tools?: unknown }): MadeUpNames {
  // Models that a test makes keep their tools to themselves.
  const all = [tools, Reflect.get(model, '_tools')].flatMap((given) =>
    Array.isArray(given) ? (given as readonly (NamedTool | undefined)[]) : [],
  )
  const names = all.flatMap((tool) => {
    const name = tool?.function?.name ?? tool?.name
    return typeof name === 'string' && IS_NAMED.test(name) ? [name] : []
  })
  return [...new Set(names)].sort((one, other) => numberOf(one) - numberOf(other))
}

/** Puts places where names are: in a request, or an answer on its way into the recording. */
export function withPlaces(value: unknown, names: MadeUpNames): unknown {
  if (names.length === 0) return value
  return mapTexts(value, (text) =>
    text.replace(NAMED, (name) => {
      const place = names.indexOf(name)
      // Earlier turns of a conversation hold names of agents of then.
      return place < 0 ? OF_EARLIER : `extract-#${place}`
    }),
  )
}

/** Puts the names of now where places are. */
function withNames(value: unknown, names: MadeUpNames): unknown {
  if (names.length === 0) return value
  return mapTexts(value, (text) =>
    text.replace(PLACED, (place, at: string) => names[Number(at)] ?? place),
  )
}

/** A codec that stores places, and gives names. */
export function withPlacesOf(codec: CallCodec, names: MadeUpNames): CallCodec {
  if (names.length === 0) return codec
  const { onOpen } = codec
  return {
    ...codec,
    pack: (value) => withPlaces(codec.pack(value), names),
    unpack: (packed) => codec.unpack(withNames(packed, names)),
    ...(onOpen && {
      onOpen: (note) => onOpen((packed) => note(withPlaces(packed, names))),
    }),
  }
}

/**
 * Numbers the ids of tool calls that were made up in code, such as where an agent hands back to its supervisor. These are
 * UUIDs, which no provider gives, and only say which result belongs to which call.
 */
export function withNumberedCalls(request: unknown): unknown {
  const numbers = new Map<string, string>()

  function numbered(id: string): string {
    const known = numbers.get(id)
    if (known !== undefined) return known
    const number = `#${numbers.size}`
    numbers.set(id, number)
    return number
  }

  function walk(value: unknown, above?: string): unknown {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return mapChanged(value, (item) => walk(item, above))
    if (!isPlain(value)) return value
    let changed: Record<string, unknown> | undefined
    for (const [key, field] of Object.entries(value)) {
      const isId = key === 'tool_call_id' || (key === 'id' && above === 'tool_calls')
      const isMadeUp = isId && typeof field === 'string' && UUID.test(field)
      const next = isMadeUp ? numbered(field) : walk(field, key)
      if (next === field) continue
      changed ??= { ...value }
      changed[key] = next
    }
    return changed ?? value
  }

  return walk(request)
}

function mapChanged(
  items: readonly unknown[],
  change: (item: unknown) => unknown,
): readonly unknown[] {
  const changed = items.map(change)
  return changed.some((item, at) => item !== items[at]) ? changed : items
}

function numberOf(name: string): number {
  return Number(name.slice(name.indexOf('-') + 1))
}
