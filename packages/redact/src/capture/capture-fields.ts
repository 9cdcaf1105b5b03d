import {
  isEncodedList,
  isEncodedObject,
  tagOf,
  withheldTag,
  type EncodedObject,
  type Encoded,
} from '@retake/format'
import type { CaptureField } from './capture-field.ts'

const BY_ROLE = table({
  systemMessage: 'system developer',
  userInput: 'user',
  assistantMessage: 'assistant',
  toolResult: 'tool',
})
const BY_TYPE = table({
  reasoning: 'reasoning reasoning-delta thinking redacted_thinking thinking_delta',
  toolArguments: 'tool-call tool-input-delta tool_use function_call input_json_delta',
  toolResult: 'tool-result tool-error tool_result function_call_output',
})
const BY_KEY = table({
  systemMessage: 'system instructions',
  userInput: 'prompt input',
  reasoning: 'reasoning reasoning_content thinking',
})
const TEXT_TYPES = words('text text-delta output_text text_delta file image')
const TEXT_KEYS = words('text content delta')
const TOOL_INPUTS = words('args arguments input')
const TOOL_NAMES = ['name', 'toolName', 'toolCallId', 'call_id']
// Lists of messages and parts, in which each item has a field of its own.
const LISTS = words('messages prompt input content parts tool_calls toolCalls output')
// What is no content of a message or a part, but says which one it is.
const LABELS = words('type role id index name toolName toolCallId tool_call_id call_id')
const TOOL_CALL =
  /"type":"(?:tool-call|tool-input-start|tool_use|function_call)"|"tool_?calls":\[\{/i

/** What to leave out of a value. */
export interface LeaveOut {
  readonly off: ReadonlySet<CaptureField>
  /** Filled in: the fields to which something in the value belongs. */
  readonly found: Set<CaptureField>
  /** Whose the text is that lies in no message and no part. */
  readonly field?: CaptureField
  /** Within a message, parts of a type that is not known are the message's. */
  readonly isMessage?: boolean
}

/**
 * Leaves out of a value what belongs to the fields that are off.
 *
 * Messages are told by their `role`, their parts by their `type`, wherever they lie.
 */
export function leaveOut(value: Encoded, scope: LeaveOut): Encoded {
  if (typeof value === 'string') return leaveField(value, scope.field, scope)
  return isEncodedList(value) ? value.map((item) => leaveOut(item, scope)) : walk(value, scope)
}

/** Whose the text of a model's answer is: the last one calls no tool. */
export function answerField(answer: unknown): CaptureField {
  return TOOL_CALL.test(JSON.stringify(answer)) ? 'assistantMessage' : 'finalResponse'
}

/** Leaves out all of a value when its field is off; else goes into it. */
export function leaveField(
  value: Encoded,
  field: CaptureField | undefined,
  scope: LeaveOut,
): Encoded {
  if (field === undefined) return walk(value, scope)
  scope.found.add(field)
  if (!scope.off.has(field)) return walk(value, { ...scope, field })
  return withheldTag(`capture.${field} is off`)
}

function walk(value: Encoded, scope: LeaveOut): Encoded {
  if (isEncodedList(value)) return value.map((item) => walk(item, scope))
  if (!isEncodedObject(value) || tagOf(value) !== undefined) return value
  const owner = ownerOf(value, scope)
  const parts = Object.keys(value).map((key) => [key, walkPart(value, key, owner, scope)] as const)
  return Object.fromEntries<Encoded>(parts)
}

function walkPart(
  object: EncodedObject,
  key: string,
  owner: CaptureField | undefined,
  scope: LeaveOut,
): Encoded {
  const part = object[key] ?? null
  if (owner !== undefined && LABELS.has(key)) return part
  if (LISTS.has(key) && isListOfObjects(part)) {
    return walk(part, owner === undefined ? scope : { ...scope, field: owner, isMessage: true })
  }
  const field =
    fieldOfKey(object, key, part) ?? owner ?? (TEXT_KEYS.has(key) ? scope.field : undefined)
  return leaveField(part, field, scope)
}

function ownerOf(
  { role, type }: EncodedObject,
  { field, isMessage }: LeaveOut,
): CaptureField | undefined {
  if (role === 'assistant' && field) return field
  const known = BY_ROLE.get(role) ?? BY_TYPE.get(type)
  return known ?? (isMessage || TEXT_TYPES.has(type) ? field : undefined)
}

function fieldOfKey(object: EncodedObject, key: string, part: Encoded): CaptureField | undefined {
  if (TOOL_INPUTS.has(key) && TOOL_NAMES.some((name) => typeof object[name] === 'string'))
    return 'toolArguments'
  return typeof part === 'string' || Array.isArray(part) ? BY_KEY.get(key) : undefined
}

function isListOfObjects(value: Encoded): boolean {
  return Array.isArray(value) && value.some((item) => typeof item === 'object' && item !== null)
}

function table(lists: Partial<Record<CaptureField, string>>): ReadonlyMap<unknown, CaptureField> {
  const entries = Object.entries(lists) as [CaptureField, string][]
  return new Map(
    entries.flatMap(([field, names]) => [...words(names)].map((name) => [name, field])),
  )
}

function words(text: string): ReadonlySet<unknown> {
  return new Set(text.split(' '))
}
