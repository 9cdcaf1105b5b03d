import type { EventRecord } from '../event.ts'
import { SPAN_KINDS } from '../event-kinds.ts'

/**
 * Marks a record that was made of values which are known to be right, so that nobody has to look at it again:
 * that would cost as much as to write it. No record from outside can have this mark.
 */
export const CHECKED: unique symbol = Symbol('checked')

/** A record that may be marked. */
export interface Checked {
  readonly [CHECKED]?: boolean
}

type Described = Pick<
  EventRecord,
  'kind' | 'op' | 'name' | 'key' | 'model' | 'provider' | 'attributes'
>

const KINDS: ReadonlySet<unknown> = new Set(SPAN_KINDS)
const OPS: ReadonlySet<unknown> = new Set([undefined, 'generate', 'stream'])

/** Whether what an app or an adapter says of a call is what it must be. All else of its records is made by core. */
export function isWellDescribed({
  kind,
  op,
  name,
  key,
  model,
  provider,
  attributes,
}: Described): boolean {
  return (
    KINDS.has(kind) &&
    OPS.has(op) &&
    typeof name === 'string' &&
    isTextOrNone(key) &&
    isTextOrNone(model) &&
    isTextOrNone(provider) &&
    (attributes === undefined || isPlainObject(attributes))
  )
}

function isTextOrNone(value: unknown): boolean {
  return value === undefined || typeof value === 'string'
}

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
