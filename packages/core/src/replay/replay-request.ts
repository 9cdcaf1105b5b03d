import { isSessionId, placeFault, portablePlace, splitPlaces } from '@retake/format'
import type { ToolPolicy } from '../session/call.ts'
import type { MatchMode, MissPolicy } from '../session/replay-options.ts'
import { formatParameter, hasOuterComma, parseItem, type HeaderItem } from './header-parameters.ts'

/** What `X-Replay` asks for. */
export interface ReplayRequest {
  readonly id: string
  readonly match?: MatchMode
  readonly onMiss?: MissPolicy
  readonly until?: number
  /** Of all tools. */
  readonly tools?: ToolPolicy
  /** Places of the answer that are not compared. */
  readonly ignore?: readonly string[]
}

/** A header value as servers give it: joined by commas, or one by one. */
export type HeaderValue = string | readonly string[] | null | undefined

/** A parsed header. `why` names the fault, and `detail` says more of it, without repeating any of the value. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false
      readonly why: 'absent' | 'duplicate' | 'too long' | 'malformed'
      readonly detail?: string
    }

/** What may be read of it, without what `ignore` names. */
const LONGEST_REPLAY = 256
const LONGEST_WITH_PATHS = 2_048

const MODES: readonly string[] = ['strict', 'lenient', 'position'] satisfies MatchMode[]

const POLICIES: readonly string[] = ['error', 'live', 'live-after'] satisfies MissPolicy[]

const TOOLS: readonly string[] = ['serve', 'live', 'compare'] satisfies ToolPolicy[]

const WHOLE_NUMBER = /^\d{1,9}$/

const VALUES: ReadonlyMap<string, (value: string) => boolean> = new Map([
  ['match', (value) => MODES.includes(value)],
  ['miss', (value) => POLICIES.includes(value)],
  ['until', (value) => WHOLE_NUMBER.test(value)],
  ['tools', (value) => TOOLS.includes(value)],
])

const ONCE = ['match', 'miss', 'until', 'tools'] as const

const IGNORED = /;\s*ignore=(?:"(?:[^"\\]|\\.)*"|[^;"\s]*)/g

const MALFORMED = { ok: false, why: 'malformed' } as const

/**
 * Reads `X-Replay: <id>;match=strict;miss=live;until=12;tools=live;ignore="body.at, body.items[*].id"`: an id with
 * parameters, in any order. Each comes at most once, but for `ignore`.
 *
 * @see RFC 9651, section 3.3.3 (the form of an item with parameters)
 */
export function parseReplayHeader(raw: HeaderValue): Parsed<ReplayRequest> {
  const value = joined(raw)
  if (value === '') return { ok: false, why: 'absent' }
  if (hasOuterComma(value)) return { ok: false, why: 'duplicate' }
  if (value.length > LONGEST_WITH_PATHS || isTooLong(value)) return { ok: false, why: 'too long' }
  const item = parseItem(value)
  if (item === undefined || !isSessionId(item.value)) return MALFORMED
  const options = readOptions(item.parameters)
  return options.ok ? { ok: true, value: { id: item.value, ...options.value } } : options
}

function isTooLong(value: string): boolean {
  return value.length > LONGEST_REPLAY && value.replaceAll(IGNORED, '').length > LONGEST_REPLAY
}

/** Writes the header that `parseReplayHeader` reads. */
export function formatReplayHeader(request: ReplayRequest): string {
  const { id, match, onMiss, until, tools, ignore = [] } = request
  const parameters = [
    match && `match=${match}`,
    until === undefined ? undefined : `until=${until}`,
    onMiss && `miss=${onMiss}`,
    tools && `tools=${tools}`,
    ...ignore.map((path) => formatParameter('ignore', portablePlace(path))),
  ]
  return [id, ...parameters.filter((parameter) => parameter !== undefined)].join(';')
}

export function singleValue(raw: HeaderValue, longest: number): Parsed<string> {
  const value = joined(raw)
  if (value === '') return { ok: false, why: 'absent' }
  if (value.includes(',')) return { ok: false, why: 'duplicate' }
  if (value.length > longest) return { ok: false, why: 'too long' }
  return { ok: true, value }
}

function joined(raw: HeaderValue): string {
  return typeof raw === 'string' || raw == null ? (raw ?? '') : raw.join(',')
}

type Options = Omit<ReplayRequest, 'id'>
type Found = ReadonlyMap<string, readonly string[]>

function readOptions(parameters: HeaderItem['parameters']): Parsed<Options> {
  const found = new Map<string, string[]>()
  for (const [name, value] of parameters) found.set(name, [...(found.get(name) ?? []), value])
  if (!isKnown(found)) return MALFORMED
  const [match, onMiss, until, tools] = ONCE.map((name) => found.get(name)?.[0])
  const ignore = found.get('ignore')?.flatMap(splitPlaces)
  const detail = ignore && ignoreFault(ignore)
  if (detail !== undefined) return { ...MALFORMED, detail }
  return {
    ok: true,
    value: {
      ...(match === undefined ? {} : { match: match as MatchMode }),
      ...(onMiss === undefined ? {} : { onMiss: onMiss as MissPolicy }),
      ...(until === undefined ? {} : { until: Number(until) }),
      ...(tools === undefined ? {} : { tools: tools as ToolPolicy }),
      ...(ignore && { ignore }),
    },
  }
}

// Each at most once, but for `ignore`, and with a value that it takes.
function isKnown(found: Found): boolean {
  return [...found].every(([name, values]) => {
    if (name === 'ignore') return true
    return values.length === 1 && (VALUES.get(name)?.(values[0] ?? '') ?? false)
  })
}

function ignoreFault(paths: readonly string[]): string | undefined {
  if (paths.length === 0) return 'ignore names no path'
  for (const [index, path] of paths.entries()) {
    const fault = placeFault(path)
    if (fault !== undefined) return `path ${index + 1} of ignore is none: ${fault}`
  }
  return undefined
}
