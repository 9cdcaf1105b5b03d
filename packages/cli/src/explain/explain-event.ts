import type { EventRecord } from '@retake/core'
import { ruleFor, type VolatileKind, volatileLooks } from './volatile.ts'

/** How a recorded call is found by a replay, where none has asked for it otherwise yet. */
export interface EventExplanation {
  readonly session: string
  readonly event: number
  readonly kind: string
  readonly name: string
  readonly path: string
  /** Among its siblings of the same kind and name, from 0. */
  readonly ordinal: number
  readonly fingerprint?: string
  /** What in its request looks as if it were another one each time. */
  readonly volatile: readonly { readonly kind: VolatileKind; readonly rule: string }[]
}

/** Explains a recorded call by itself. */
export function explainEvent(session: string, event: EventRecord): EventExplanation {
  const { seq, kind, name, path, ord, fp, request } = event
  const looks = volatileLooks(JSON.stringify(request ?? ''))
  return {
    session,
    event: seq,
    kind,
    name,
    path,
    ordinal: ord,
    ...(fp !== undefined && { fingerprint: fp }),
    volatile: looks.map((kind) => ({ kind, rule: ruleFor(kind) })),
  }
}

/** The same for people. */
export function formatEventExplanation(explained: EventExplanation): string {
  const { session, event, kind, name, path, ordinal, fingerprint, volatile } = explained
  return [
    `event ${event} of ${session}: ${kind} ${name}`,
    '  No replay of this session has missed it, or was served it for another request.',
    fingerprint === undefined
      ? '  It is no call: a replay makes it again, and does not look for it.'
      : `  A replay finds it by its place (${path || 'the top'}, number ${ordinal + 1} there) and its request (${fingerprint}).`,
    ...volatile.map(
      ({ kind, rule }) =>
        `  Its request holds a ${kind}. Should it be another one each time: ${rule}.`,
    ),
  ].join('\n')
}
