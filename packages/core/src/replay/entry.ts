import type { FoundRecording } from '../session/session-state.ts'
import type { EventRecord, OpenedEvent, RecordedEvent, Encoded, EventKind } from '@retake/format'

/** One recorded call, and whether it has been handed out. */
export interface Entry extends FoundRecording {
  /** What orders it. */
  readonly recorded: RecordedEvent
  /** All of it. To look at it, or at what is below, may be the first look that anybody has. */
  readonly event: OpenedEvent
  readonly kind: EventRecord['kind']
  readonly name: string
  readonly op?: EventRecord['op']
  readonly path: string
  readonly ord: number
  /** Served, or covered by a call that was served, past the cut of a fork, or cut off. */
  used: boolean
}

/** An entry that comes close to a call, for messages. */
export interface NearEntry {
  readonly entry: Entry
  /** From 0 to 1. */
  readonly likeness: number
  /** Recorded under the same path. */
  readonly samePlace: boolean
}

/** How an entry was found. `exact` to `relocated` are proved equal; the others are flagged. */
export type MatchTier = 'exact' | 'reordered' | 'relocated' | 'drifted' | 'position'

/** A call that is looking for its recording. */
export interface CallQuery {
  readonly kind: EventKind
  readonly name: string
  readonly op?: 'generate' | 'stream'
  readonly path: string
  readonly place: string
  readonly ord: number
  readonly key?: string
  /** Encoded and redacted. */
  readonly request?: Encoded
  /** The fingerprint of the request. */
  readonly fp: () => string
  /** The request as JSON. */
  readonly text: () => string
  /** Why a recording may hold no call of this name. */
  readonly missHint?: string
}
