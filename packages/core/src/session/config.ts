import type { Capture, Redactor } from '@retake/redact'
import type { EndState, EventRecord, Totals, Usage, VirtualKind } from '@retake/format'
import type { Gate } from '../runtime/gate.ts'
import type { Stats } from './stats.ts'
import type { Store } from '@retake/store'

/** What `sample` and `keep` are told about a session. */
export interface SessionOutline {
  readonly id: string
  readonly name?: string
  readonly agent?: string
  readonly tags: readonly string[]
}

/** What `keep` is told besides. */
export interface EndedSession extends SessionOutline {
  readonly endState: EndState
  readonly totals: Totals
}

/** What `price` is told about a call. */
export interface PricedCall {
  readonly provider?: string
  readonly model?: string
  readonly usage: Usage
}

/** What `allowLate` is told about a call. */
export type LateCall = Pick<EventRecord, 'kind' | 'name'>

/** What `onCall` is told about a call. Its request is the one that is made now, also in a replay. */
export type MadeCall = Pick<
  EventRecord,
  'seq' | 'kind' | 'name' | 'op' | 'path' | 'key' | 'model' | 'provider' | 'request'
>

/** What a replay may send for real. */
export interface Fence {
  readonly allows: (request: { readonly method: string; readonly url: URL }) => boolean
  readonly loopback: boolean
}

/** The options of one instance, resolved. */
export interface Config {
  readonly service?: string
  readonly host?: string
  readonly store: Store
  readonly capture: Capture
  readonly redactor: Redactor
  readonly gate: Gate
  readonly stats: Stats
  readonly expiresAfterDays: number
  readonly drainMs: number
  readonly maxStreamChars: number
  readonly virtualize: ReadonlySet<VirtualKind>
  /** Absent when all sessions are stored. */
  readonly sample: ((session: () => SessionOutline) => boolean) | undefined
  readonly keepEmpty: boolean
  readonly keep: (session: EndedSession) => boolean
  readonly price: (call: PricedCall) => number | undefined
  readonly allowLate: (call: LateCall) => boolean
  readonly onCall: ((call: MadeCall) => void) | undefined
  /** Absent where only rules of adapters hold. */
  readonly fence: Fence | undefined
  readonly log: (text: string) => void
  /** Logs a warning once per kind. */
  readonly warn: (kind: string, text: string) => void
}
