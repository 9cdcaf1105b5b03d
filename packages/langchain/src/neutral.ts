import { DERIVED, isMessage, isPlain, setField, type Message } from './pack.ts'

type Fields = Readonly<Record<string, unknown>>

// What no provider is sent. All else of a message counts, known or not.
const NOT_SENT: ReadonlySet<string> = new Set([
  // Without an id of the provider it is that of the run, or one that a graph has made up.
  'id',
  'artifact',
  'lc_direct_tool_output',
  'tool_call_chunks',
  'usage_metadata',
])

// What a provider tells about an answer, and is not told again.
const TOLD: ReadonlySet<string> = new Set([
  'created',
  'finish_reason',
  'headers',
  'model',
  'model_name',
  'service_tier',
  'stop_reason',
  'stop_sequence',
  'system_fingerprint',
  'tokenUsage',
  'usage',
])

// The names that all of Retake has for who speaks, so that capture knows whose a text is.
const ROLES: ReadonlyMap<string, string> = new Map([
  ['human', 'user'],
  ['ai', 'assistant'],
])

/** A value as it affects an answer: messages without what is new in each run, and all else as it is. */
export function neutral(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(neutral)
  if (isMessage(value)) return neutralMessage(value)
  return isPlain(value) ? mapFields(value, neutral) : value
}

function neutralMessage(message: Message): Fields {
  const type = message._getType()
  const sent: Record<string, unknown> = { role: ROLES.get(type) ?? type }
  for (const key of Object.keys(message)) {
    const field: unknown = Reflect.get(message, key)
    if (DERIVED.has(key) || NOT_SENT.has(key) || isEmpty(field)) continue
    const kept = key === 'response_metadata' ? neutralMetadata(field) : field
    if (!isEmpty(kept)) setField(sent, key, neutral(kept))
  }
  return sent
}

function neutralMetadata(metadata: unknown): unknown {
  return typeof metadata === 'object' && metadata !== null ? without(metadata, TOLD) : {}
}

// Whether a field is missing or empty is up to the version, and to how the message was made.
function isEmpty(field: unknown): boolean {
  if (field === undefined || field === null) return true
  if (typeof field !== 'object') return false
  return (Array.isArray(field) || isPlain(field)) && Object.keys(field).length === 0
}

/** A copy of an object without some of its fields. */
export function without(value: object, names: ReadonlySet<string>): Fields {
  const rest: Record<string, unknown> = {}
  for (const key of Object.keys(value)) {
    if (!names.has(key)) setField(rest, key, (value as Fields)[key])
  }
  return rest
}

function mapFields(value: object, change: (field: unknown) => unknown): Fields {
  const fields: Record<string, unknown> = {}
  for (const key of Object.keys(value)) setField(fields, key, change((value as Fields)[key]))
  return fields
}
