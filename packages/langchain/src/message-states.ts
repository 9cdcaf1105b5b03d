import { macrotask } from '@retake/core/adapter'
import { isMessage, type Message } from './pack.ts'

// What graphs set of a message after they have handed it out, by the bit that says it is missing.
const LATE: readonly (readonly [field: 'id' | 'name', bit: number])[] = [
  ['id', 1],
  ['name', 2],
]
const MAX_VALUES = 50_000
// Rounds of the microtask queue between a part and who reads it by way of generators, at the most.
const MAX_ROUNDS = 40
const MAX_WATCHED = 100
// As long as a reader takes that does something with a part at once.
const TURNS_UNTIL_LATE = 4

type LateMessage = Message & { id?: unknown; name?: unknown; lc_kwargs?: Record<string, unknown> }

/** How the messages of a part read. */
export interface PartState {
  /** What each message lacked when the part was taken, in the order in which they stand. */
  readonly missing: readonly number[]
  /** By the number of a message, in which round of the microtask queue after that it lacked less, and what then. */
  readonly gained: ReadonlyMap<number, { readonly round: number; readonly missing: number }>
}

function missingOf(message: LateMessage): number {
  return LATE.reduce((bits, [field, bit]) => (message[field] === undefined ? bits | bit : bits), 0)
}

function messagesIn(part: unknown): readonly LateMessage[] {
  const messages: LateMessage[] = []
  eachMessage(part, (message) => messages.push(message))
  return messages
}

/** Notes how a part reads when it is taken, and what changes before its reader may have come to it. */
export async function watchState(part: unknown, note: (state: string) => void): Promise<void> {
  const messages = messagesIn(part)
  const missing = messages.map(missingOf)
  const gained = new Map<number, { round: number; missing: number }>()
  note(writeState({ missing, gained }))
  const lacking = [...missing.keys()].filter((at) => missing[at] !== 0).slice(0, MAX_WATCHED)
  if (lacking.length === 0) return
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    await Promise.resolve()
    for (const at of lacking) {
      const now = missingOf(messages[at] as LateMessage)
      if (!gained.has(at) && now !== missing[at]) gained.set(at, { round, missing: now })
    }
  }
  if (gained.size > 0) note(writeState({ missing, gained }))
}

// A digit for each message, and `number.round.missing` for what one of them has gained.
function writeState({ missing, gained }: PartState): string {
  const changes = [...gained].map(([at, { round, missing: now }]) => `;${at}.${round}.${now}`)
  return `${missing.join('')}${changes.join('')}`
}

/** @returns `undefined` for what `watchState` cannot have written. */
export function readState(text: string): PartState | undefined {
  if (!/^[0-3]*(?:;\d{1,5}\.\d{1,2}\.[0-3])*$/.test(text)) return undefined
  const [digits = '', ...changes] = text.split(';')
  const gained = changes.map((change) => {
    const [at = 0, round = 0, missing = 0] = change.split('.').map(Number)
    return [at, { round, missing }] as const
  })
  return { missing: Array.from(digits, Number), gained: new Map(gained) }
}

/** Whether no message of a part lacks what it had then, or got while it was read. */
export function hasAll(part: unknown, { missing, gained }: PartState): boolean {
  const messages = messagesIn(part)
  if (messages.length !== missing.length) return true
  return messages.every((message, at) => {
    const wanted = gained.get(at)?.missing ?? missing[at] ?? 0
    return (missingOf(message) & ~wanted) === 0
  })
}

/**
 * A part in which messages lack what they lacked when it was recorded. They are copies, which get what they lack as late
 * as the message of then did, or a few turns later.
 */
export function withoutMissing(part: unknown, { missing, gained }: PartState): unknown {
  const messages = messagesIn(part)
  if (messages.length !== missing.length) return part
  const copies = new Map<object, object>()
  for (const [at, message] of messages.entries()) {
    const bits = (missing[at] ?? 0) & ~missingOf(message)
    if (bits !== 0) copies.set(message, withoutFields(message, bits, gained.get(at)?.round))
  }
  return copies.size === 0 ? part : replaced(part, copies, [])
}

function withoutFields(message: LateMessage, bits: number, round: number | undefined): object {
  const fields = LATE.filter(([, bit]) => (bits & bit) !== 0).map(([field]) => field)
  const kwargs: Record<string, unknown> = { ...message.lc_kwargs }
  const blank = Object.create(Object.getPrototypeOf(message) as object) as LateMessage
  const copy = Object.assign(blank, message, { lc_kwargs: kwargs })
  for (const field of fields) {
    copy[field] = undefined
    Reflect.deleteProperty(kwargs, field)
  }
  const restore = () => {
    for (const field of fields) copy[field] = message[field]
    copy.lc_kwargs = message.lc_kwargs ?? {}
  }
  void (round === undefined ? afterTurns() : afterRounds(round)).then(restore)
  return copy
}

async function afterTurns(): Promise<void> {
  for (let turn = 0; turn < TURNS_UNTIL_LATE; turn++) {
    await new Promise<void>((resolve) => {
      macrotask(resolve)
    })
  }
}

// One more than that: it takes one to hand the part out.
async function afterRounds(count: number): Promise<void> {
  for (let round = 0; round < count; round++) await Promise.resolve()
}

function eachMessage(part: unknown, visit: (message: LateMessage) => void): void {
  let left = MAX_VALUES

  function look(value: unknown, above: readonly object[]): void {
    if (typeof value !== 'object' || value === null || left-- <= 0 || above.includes(value)) return
    if (isMessage(value)) return visit(value)
    if (ArrayBuffer.isView(value)) return
    const inside = [...above, value]
    for (const item of Array.isArray(value) ? value : Object.values(value)) look(item, inside)
  }

  look(part, [])
}

function replaced(
  value: unknown,
  copies: ReadonlyMap<object, object>,
  above: readonly object[],
): unknown {
  if (typeof value !== 'object' || value === null || above.includes(value)) return value
  const copy = copies.get(value)
  if (copy !== undefined) return copy
  if (isMessage(value) || ArrayBuffer.isView(value)) return value
  const inside = [...above, value]
  if (Array.isArray(value)) {
    const items = value.map((item) => replaced(item, copies, inside))
    return items.some((item, at) => item !== value[at]) ? items : value
  }
  const entries = Object.entries(value)
  const changed = entries.flatMap(([key, field]) => {
    const now = replaced(field, copies, inside)
    return now === field ? [] : [[key, now] as const]
  })
  if (changed.length === 0) return value
  const whole = Object.create(Object.getPrototypeOf(value) as object) as object
  return Object.assign(whole, value, Object.fromEntries(changed)) as unknown
}
