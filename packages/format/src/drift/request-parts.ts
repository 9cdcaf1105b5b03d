import { type EncodedObject, isEncodedList, isEncodedObject, tagOf } from '../codec/tags.ts'
import type { Encoded } from '../event.ts'
import { sha256 } from '../hash.ts'

/** A request, taken apart by what its parts are for. */
export interface RequestParts {
  /** What is the same for many requests: system prompts, definitions of tools, schemas of answers. */
  readonly instructions: readonly string[]
  /** The messages of a conversation before the last turn, as texts. */
  readonly history: readonly string[]
  /** What is asked: the last turn of a conversation, and every field that is none of the others. */
  readonly slots: ReadonlyMap<string, string>
  /** Settings of a model, by path, as JSON. */
  readonly parameters: ReadonlyMap<string, string>
  /** Lengths of lists among what is asked, by path. */
  readonly counts: ReadonlyMap<string, number>
}

/** The slot that holds the last turn of a conversation. */
export const TURN = 'turn'

type Role = 'instructions' | 'user' | 'assistant' | 'tool'

const ROLES: ReadonlyMap<unknown, Role> = new Map<string, Role>([
  ['system', 'instructions'],
  ['developer', 'instructions'],
  ['SystemMessage', 'instructions'],
  ['human', 'user'],
  ['user', 'user'],
  ['HumanMessage', 'user'],
  ['ai', 'assistant'],
  ['assistant', 'assistant'],
  ['model', 'assistant'],
  ['function_call', 'assistant'],
  ['reasoning', 'assistant'],
  ['AIMessage', 'assistant'],
  ['AIMessageChunk', 'assistant'],
  ['tool', 'tool'],
  ['function', 'tool'],
  ['function_call_output', 'tool'],
  ['ToolMessage', 'tool'],
  ['FunctionMessage', 'tool'],
])

const INSTRUCTIONS = new Set(
  `system developer instructions systemInstruction system_instruction tools functions toolConfig tool_config
  response_format responseFormat schema tool_choice toolChoice output_config text_format`.split(
    /\s+/,
  ),
)

const LISTS = new Set(['messages', 'prompt', 'input', 'contents'])

// Ids that are made anew, and what says which kind of object this is.
const NOISE =
  /^(?:\$\w+|id|.*_id|.*[a-z]Id|type|role|lc|name|status|additional_kwargs|response_metadata|usage_metadata)$/

const MAX_DEPTH = 100
const LONGEST_JSON = 1_000_000
const BLOB_PREFIX = 512

interface Parts {
  readonly instructions: string[]
  readonly history: string[]
  readonly slots: Map<string, string>
  readonly parameters: Map<string, string>
  readonly counts: Map<string, number>
}

interface At {
  readonly path: string
  readonly isChat: boolean
  readonly depth: number
}

/**
 * Takes a request apart.
 *
 * A list whose first item has a role is one of messages, whichever library wrote it. An object is a chat when it holds
 * such a list, or has `messages`, `prompt`, `input` or `contents` beside `model` or `temperature`. JSON in texts is
 * taken apart as well.
 */
export function partsOf(request: Encoded | undefined): RequestParts {
  const parts: Parts = {
    instructions: [],
    history: [],
    slots: new Map(),
    parameters: new Map(),
    counts: new Map(),
  }
  if (request !== undefined) split(request, { path: '', isChat: false, depth: 0 }, parts)
  return parts
}

function split(value: Encoded, at: At, parts: Parts): void {
  const parsed = typeof value === 'string' ? parsedJson(value, at) : undefined
  if (parsed !== undefined) return split(parsed, { ...at, depth: at.depth + 1 }, parts)
  const messages = messagesOf(value)
  if (messages) return splitMessages(messages, parts)
  if (isEncodedObject(value) && tagOf(value) === undefined && at.depth < MAX_DEPTH) {
    return splitObject(value, at, parts)
  }
  if (isParameter(at)) parts.parameters.set(at.path, JSON.stringify(value))
  else splitLeaf(value, at, parts)
}

function splitObject(object: EncodedObject, { path, isChat, depth }: At, parts: Parts): void {
  const isOne = isChat || isChatObject(object)
  for (const [key, child] of Object.entries(object)) {
    const at = { path: path === '' ? key : `${path}.${key}`, isChat: isOne, depth: depth + 1 }
    if (isOne && INSTRUCTIONS.has(key)) parts.instructions.push(instructionOf(key, child))
    else split(child, at, parts)
  }
}

function instructionOf(key: string, value: Encoded): string {
  const isProse = /^(?:system|instructions|developer)/i.test(key)
  return isProse ? textIn(value) : JSON.stringify(value)
}

function isChatObject(object: EncodedObject): boolean {
  const hasSettings = 'model' in object || 'temperature' in object
  return Object.entries(object).some(
    ([key, value]) => LISTS.has(key) && (hasSettings || messagesOf(value) !== undefined),
  )
}

// Of a chat all else is a setting, but for what stands where its messages do.
function isParameter({ path, isChat }: At): boolean {
  return isChat && path !== '' && !LISTS.has(path.slice(path.lastIndexOf('.') + 1))
}

function splitLeaf(value: Encoded, { path, depth }: At, parts: Parts): void {
  if (!isEncodedList(value) || depth >= MAX_DEPTH)
    return addSlot(parts, path || 'value', textIn(value))
  const items = `${path}[]`
  parts.counts.set(items, value.length)
  for (const item of value) split(item, { path: items, isChat: false, depth: depth + 1 }, parts)
}

function addSlot({ slots }: Parts, slot: string, text: string): void {
  const known = slots.get(slot)
  slots.set(slot, known === undefined ? text : `${known}\n${text}`)
}

// The last turn is what follows the last answer; an answer at the very end is the beginning of the next one.
function splitMessages(messages: readonly Encoded[], parts: Parts): void {
  const all = messages.map((message) => ({
    role: roleOf(message) ?? 'user',
    text: textIn(contentOf(message)),
  }))
  const talk = all.filter(({ role }) => role !== 'instructions')
  for (const { role, text } of all) if (role === 'instructions') parts.instructions.push(text)
  let end = talk.length - 1
  while (end > 0 && talk[end]?.role === 'assistant') end--
  let start = end
  while (start > 0 && talk[start - 1]?.role !== 'assistant') start--
  for (const { role, text } of talk.slice(0, Math.max(0, start))) {
    parts.history.push(`${role}:${text}`)
  }
  addSlot(
    parts,
    TURN,
    talk
      .slice(Math.max(0, start))
      .map(({ text }) => text)
      .join('\n'),
  )
}

// Some hand over several conversations at a time: one is what they mean.
function messagesOf(value: Encoded): readonly Encoded[] | undefined {
  if (!isEncodedList(value)) return undefined
  const [first] = value
  if (roleOf(first) !== undefined) return value
  const isNested = value.length === 1 && isEncodedList(first) && roleOf(first[0]) !== undefined
  return isNested ? first : undefined
}

function roleOf(message: Encoded | undefined): Role | undefined {
  if (!isEncodedObject(message)) return undefined
  const { role, type, id } = message
  const known = ROLES.get(role) ?? ROLES.get(type)
  if (known !== undefined) return known
  if (isEncodedList(id)) return ROLES.get(id.at(-1))
  // A packed object names its class.
  for (const key in message) {
    if (key.startsWith('$') && ROLES.has(message[key])) return ROLES.get(message[key])
  }
  return undefined
}

function contentOf(message: Encoded): Encoded {
  if (!isEncodedObject(message)) return message
  const { kwargs, fields } = message
  if (isEncodedObject(fields)) return fields
  return isEncodedObject(kwargs) ? kwargs : message
}

/** The text of a value, line by line, without ids and names. Bytes and Base64 count as one word each. */
function textIn(value: Encoded, depth = 0): string {
  if (typeof value === 'string') return isBlob(value) ? `blob${sha256(value).slice(0, 16)}` : value
  if (value === null || typeof value !== 'object') return String(value ?? '')
  if (depth > MAX_DEPTH) return JSON.stringify(value)
  if (isEncodedList(value)) return value.map((item) => textIn(item, depth + 1)).join('\n')
  const lines: string[] = []
  for (const [key, child] of Object.entries(value)) {
    if (!NOISE.test(key)) lines.push(textIn(child, depth + 1))
  }
  return lines.join('\n')
}

function isBlob(text: string): boolean {
  return (
    text.length > BLOB_PREFIX &&
    !/\s/.test(text.slice(0, BLOB_PREFIX)) &&
    /^[\x21-\x7e]+$/.test(text)
  )
}

function parsedJson(text: string, { depth }: At): Encoded | undefined {
  if (depth >= MAX_DEPTH || text.length > LONGEST_JSON || !/^\s*[[{]/.test(text)) return undefined
  try {
    return JSON.parse(text) as Encoded
  } catch {
    return undefined
  }
}
