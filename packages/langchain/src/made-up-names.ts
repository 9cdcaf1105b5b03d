import type { CallCodec } from '@retake/core/adapter'
import { mapTexts } from './map-texts.ts'
import { isPlain } from './pack.ts'
import { UUIDS } from './uuids.ts'

type Fields = Readonly<Record<string, unknown>>
type Change = (text: string) => string

/** What a model is asked, as it is compared. */
interface Request {
  readonly input?: unknown
  readonly parameters?: unknown
}

/** What tells which result belongs to which call of a tool, in a message that a provider is sent. */
interface SentMessage {
  readonly role?: unknown
  readonly name?: unknown
  readonly tool_call_id?: unknown
  readonly tool_calls?: unknown
}

// LangChain numbers the tools of `toolStrategy()` by a counter of the process.
const NUMBERED = /^extract-\d+$/
const PLACED = /^extract-#(\d+)$/
const FROM_CODE: ReadonlySet<unknown> = new Set(['assistant', 'tool'])

/** Whether an id holds a UUID: providers of models give none, so code has made it up for this run. */
export function isMadeUp(id: string): boolean {
  return id.search(UUIDS) >= 0
}

/** The numbered names among the tools of a call, in the order in which they were numbered. */
export function numberedNames(tools: unknown): readonly string[] {
  if (!Array.isArray(tools)) return []
  const names = namesIn(tools).filter((name) => NUMBERED.test(name))
  return [...new Set(names)].toSorted((one, other) => numberOf(one) - numberOf(other))
}

/**
 * A request without what code has made up for this run: numbered names of tools, and UUIDs that tie the result of a tool to
 * its call. They are named by their place instead.
 *
 * @param names the numbered names among the tools of the call.
 * @see docs/decisions/0092-names-that-frameworks-make-up.md
 */
export function withoutMadeUp<R extends Request>(request: R, names: readonly string[]): R {
  const { input, parameters } = request
  const messages = Array.isArray(input) ? (input as readonly SentMessage[]).filter(isFromCode) : []
  const ids = madeUpIds(messages)
  const known = new Set([
    ...names,
    ...messages.flatMap(namesOf).filter((name) => NUMBERED.test(name)),
  ])
  if (ids.size === 0 && known.size === 0) return request
  const change = (message: unknown) =>
    isFromCode(message) ? neutral(message, ids, known) : message
  return {
    ...request,
    input: Array.isArray(input) ? input.map(change) : input,
    ...(names.length > 0
      ? { parameters: mapNames(parameters, (name) => toPlace(name, names)) }
      : {}),
  }
}

/** A codec whose answers name numbered tools by their place among those of the call. */
export function withPlaces(codec: CallCodec, names: readonly string[]): CallCodec {
  if (names.length === 0) return codec
  const placed = (value: unknown) => mapNames(value, (name) => toPlace(name, names))
  const named = (value: unknown) => mapNames(value, (name) => fromPlace(name, names))
  const { onOpen } = codec
  return {
    ...codec,
    pack: (value) => placed(codec.pack(value)),
    unpack: (packed) => codec.unpack(named(packed)),
    ...(onOpen ? { onOpen: (note) => onOpen((packed) => note(placed(packed))) } : {}),
  }
}

function neutral(
  message: SentMessage,
  ids: ReadonlyMap<string, string>,
  names: ReadonlySet<string>,
): unknown {
  const withIds = mapTexts(message, (text) => text.replace(UUIDS, (id) => ids.get(id) ?? id))
  // Which of them it was shows in what it was given; and one of an earlier turn may have the number of another by now.
  const withNames = mapNames(withIds, (name) =>
    NUMBERED.test(name) ? 'extract-#' : name,
  ) as Fields
  if (message.role !== 'tool') return withNames
  const { content } = withNames
  const unnamed = (text: string) =>
    text.replaceAll(/\bextract-\d+\b/g, (name) => (names.has(name) ? 'extract-#' : name))
  return { ...withNames, content: mapTexts(content, unnamed) }
}

function madeUpIds(messages: readonly SentMessage[]): ReadonlyMap<string, string> {
  const numbers = new Map<string, string>()
  for (const { tool_call_id: result, tool_calls: calls } of messages) {
    const ids = Array.isArray(calls)
      ? (calls as { readonly id?: unknown }[]).map(({ id }) => id)
      : []
    for (const id of [...ids, result]) {
      if (typeof id !== 'string') continue
      for (const uuid of id.match(UUIDS) ?? [])
        if (!numbers.has(uuid)) numbers.set(uuid, `made-up-${numbers.size + 1}`)
    }
  }
  return numbers
}

function namesOf({ name, tool_calls: calls }: SentMessage): readonly string[] {
  const called = Array.isArray(calls) ? (calls as { readonly name?: unknown }[]) : []
  return [name, ...called.map((one) => one.name)].filter((one) => typeof one === 'string')
}

function isFromCode(message: unknown): message is SentMessage {
  return (
    typeof message === 'object' && message !== null && FROM_CODE.has((message as SentMessage).role)
  )
}

// Where the name of a tool stands differs between providers.
function namesIn(tool: unknown): readonly string[] {
  if (Array.isArray(tool)) return tool.flatMap(namesIn)
  if (typeof tool !== 'object' || tool === null) return []
  const { name, function: inner, toolSpec, functionDeclarations } = tool as Fields
  const own = typeof name === 'string' ? [name] : []
  return [...own, ...[inner, toolSpec, functionDeclarations].flatMap(namesIn)]
}

function toPlace(name: string, names: readonly string[]): string {
  const place = names.indexOf(name)
  return place < 0 ? name : `extract-#${place}`
}

function fromPlace(name: string, names: readonly string[]): string {
  const place = PLACED.exec(name)?.[1]
  return place === undefined ? name : (names[Number(place)] ?? name)
}

// Texts that a person or a model has written are left alone: a name may occur there by chance.
function mapNames(value: unknown, change: Change): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => mapNames(item, change))
  if (!isPlain(value)) return value
  const fields = Object.entries(value).map(([key, field]) => [
    key,
    typeof field === 'string' && isNameOfTool(key) ? change(field) : mapNames(field, change),
  ])
  return Object.fromEntries(fields) as unknown
}

const KEYS: ReadonlySet<string> = new Set(['name', 'tool_choice', 'toolChoice'])

function isNameOfTool(key: string): boolean {
  return KEYS.has(key)
}

function numberOf(name: string): number {
  return Number(name.slice('extract-'.length))
}
