import { isoTime, keepsContent, packReadStates, READS } from '@retake/format'
import { append } from '../session/append.ts'
import { nextOrdinal } from '../session/frame.ts'
import { guarded } from '../session/guard.ts'
import { noteClosed, noteOpen } from '../session/open-work.ts'
import { currentSessionScope } from '../session/scope.ts'
import type { SessionScope } from '../session/session-state.ts'
import { emissionEvent } from './emission-event.ts'

/**
 * How the parts of a stream read when the app took them: some frameworks go on changing what they have handed out, so
 * that it depends on the pace of the reader what it sees.
 *
 * @see docs/decisions/0094-parts-read-as-they-were-read.md
 */
export interface ReadStates {
  readonly isReplay: boolean
  /** Called for each part while a session is recorded. What it returns notes how the part reads, in the adapter's words. */
  part(): (state: string) => void
  /** How the next part read, in a replay; `undefined` where that is not on record. */
  next(): string | undefined
  /** The reader has come to the end, or has gone. */
  end(): void
}

/**
 * Follows the reader of a stream that is opened now.
 *
 * @returns `undefined` outside of a session, beneath a recorded call, and where no content is kept.
 */
export function openReadStates(): ReadStates | undefined {
  const scope = currentSessionScope()
  if (scope === undefined || scope.beneath !== undefined) return undefined
  const { session, frame } = scope
  if (!keepsContent(session.config.capture.level)) return undefined
  const ord = nextOrdinal(frame, `custom:${READS}`)
  if (session.replay === undefined) return recordStates(scope, ord)
  const recorded = session.replay.readStates(frame.path, ord) ?? []
  let at = 0
  return { isReplay: true, part: () => () => {}, next: () => recorded[at++], end: () => {} }
}

function recordStates(scope: SessionScope, ord: number): ReadStates {
  const { session } = scope
  const states: string[] = []
  const startedAt = isoTime()
  const seq = ++session.seq
  let isOver = false

  function end(): void {
    if (isOver) return
    isOver = true
    noteClosed(session, seq)
    // Where nothing can change nothing has to be known.
    if (states.every((state) => state === '')) return
    const outcome = { value: packReadStates(states) }
    guarded(session, () =>
      append(session, emissionEvent(scope, READS, { seq, ord, startedAt, outcome })),
    )
  }

  noteOpen(session, seq, end)
  return {
    isReplay: false,
    part() {
      const at = states.push('') - 1
      return (state) => void (states[at] = state)
    },
    next: () => undefined,
    end,
  }
}
