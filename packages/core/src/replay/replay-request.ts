import { isSessionId } from '@retake/format'
import type { MatchMode, MissPolicy } from '../session/replay-options.ts'

/** What `X-Replay` asks for. */
export interface ReplayRequest {
  readonly id: string
  readonly match?: MatchMode
  readonly onMiss?: MissPolicy
  readonly until?: number
}

/** A header value as servers give it: joined by commas, or one by one. */
export type HeaderValue = string | readonly string[] | null | undefined

/** A parsed header. `why` names the fault without repeating any of the value. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly why: 'absent' | 'duplicate' | 'too long' | 'malformed' }

const LONGEST_REPLAY = 256

const MODES: readonly string[] = ['strict', 'lenient', 'position'] satisfies MatchMode[]

const POLICIES: readonly string[] = ['error', 'live', 'live-after'] satisfies MissPolicy[]

const WHOLE_NUMBER = /^\d{1,9}$/

/**
 * Reads `X-Replay: <id>;match=strict;miss=live;until=12`: an id with parameters, in any order, each at most once.
 *
 * @see RFC 9651, section 3.3.3 (the form of an item with parameters)
 */
export function parseReplayHeader(raw: HeaderValue): Parsed<ReplayRequest> {
  const one = singleValue(raw, LONGEST_REPLAY)
  if (!one.ok) return one
  const [id = '', ...parameters] = one.value.split(';').map((piece) => piece.trim())
  if (!isSessionId(id)) return { ok: false, why: 'malformed' }
  const options = parseParameters(parameters)
  return options === undefined
    ? { ok: false, why: 'malformed' }
    : { ok: true, value: { id, ...options } }
}

/** Writes the header that `parseReplayHeader` reads. */
export function formatReplayHeader({ id, match, onMiss, until }: ReplayRequest): string {
  const parameters = [
    match && `match=${match}`,
    until === undefined ? undefined : `until=${until}`,
    onMiss && `miss=${onMiss}`,
  ]
  return [id, ...parameters.filter((parameter) => parameter !== undefined)].join(';')
}

export function singleValue(raw: HeaderValue, longest: number): Parsed<string> {
  const value =
    typeof raw === 'string' || raw == null ? raw : raw.length === 1 ? raw[0] : raw.join(',')
  if (value === undefined || value === null || value === '') return { ok: false, why: 'absent' }
  if (value.includes(',')) return { ok: false, why: 'duplicate' }
  if (value.length > longest) return { ok: false, why: 'too long' }
  return { ok: true, value }
}

function parseParameters(pieces: readonly string[]): Omit<ReplayRequest, 'id'> | undefined {
  const found = new Map<string, string>()
  for (const piece of pieces) {
    const [name = '', value, ...rest] = piece.split('=')
    if (value === undefined || rest.length > 0 || found.has(name)) return undefined
    found.set(name, value)
  }
  const { match, miss, until, ...unknown } = Object.fromEntries(found)
  if (Object.keys(unknown).length > 0) return undefined
  if (match !== undefined && !MODES.includes(match)) return undefined
  if (miss !== undefined && !POLICIES.includes(miss)) return undefined
  if (until !== undefined && !WHOLE_NUMBER.test(until)) return undefined
  return {
    ...(match === undefined ? {} : { match: match as MatchMode }),
    ...(miss === undefined ? {} : { onMiss: miss as MissPolicy }),
    ...(until === undefined ? {} : { until: Number(until) }),
  }
}
