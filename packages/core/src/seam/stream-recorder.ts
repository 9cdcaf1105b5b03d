import { elapsedMs, startBackgroundTimer } from '../runtime/clock.ts'
import {
  encode,
  type Encoded,
  type EventState,
  type Outcome,
  type StreamEnd,
  type InstantRuns,
  noteInstant,
  noteTick,
  type TickRuns,
  wallMs,
} from '@retake/format'
import { onAbandon, type OpenCall } from './open-call.ts'
import type { TapListener } from '../streams/stream.ts'
import { noteMoment, roundsSince, type Moment } from '../streams/rounds.ts'
import { encodeOutcome, encodingOf, packed } from './encode-outcome.ts'
import { onAbort } from '../streams/abort.ts'

// How long the end of an aborted stream may take to come.
const ABORT_GRACE_MS = 100

interface StreamShape {
  /** An async iterable, as against a web stream. */
  readonly iterable?: boolean
  readonly bytes?: boolean
  readonly sync: true | undefined
}

const STATE_OF_END: Readonly<Record<StreamEnd, EventState>> = {
  complete: 'ok',
  cancelled: 'ok',
  error: 'error',
  aborted: 'aborted',
  abandoned: 'aborted',
}

/**
 * Records a stream while its reader pulls it.
 *
 * @param opening what came beside the stream.
 * @see docs/decisions/0026-answers-in-spite-of-an-abort.md
 */
export function createStreamRecorder(
  openCall: OpenCall,
  opening: unknown,
  { iterable, bytes, sync }: StreamShape,
): TapListener {
  const { session } = openCall.scope
  const { codec } = openCall.options
  // Whole milliseconds do for the pace of a stream, and cost a third.
  const startedWallMs = wallMs() - Math.round(elapsedMs(openCall.startedMs))
  const value = opening === undefined ? undefined : encodeOutcome(openCall, opening)
  const parts: Encoded[] = []
  const ms: number[] = []
  const ticks: TickRuns = []
  const instant: InstantRuns = []
  const encoding = encodingOf(openCall, spend)
  let budget = session.config.maxStreamChars
  let truncated: true | undefined
  let isOver = false
  let abortIgnored: number | undefined
  let asked: Moment | undefined
  let tickThen = 0
  let waiting = 0

  // Of several that are asked for at a time nobody knows which one took how long.
  function ask(): void {
    asked = waiting++ === 0 ? noteMoment() : undefined
    tickThen = session.tick
  }

  // `rounds` where it came in the turn in which it was asked for, which was when `after` was the last tick.
  function noteCompletion(moment: number, after: number, rounds: number | undefined): void {
    const tick = openCall.tick()
    noteTick(ticks, moment, tick)
    if (rounds !== undefined) noteInstant(instant, moment, rounds, tick - after - 1)
  }

  function noteNext(): void {
    noteCompletion(parts.length + 1, tickThen, asked === undefined ? undefined : roundsSince(asked))
  }

  // What comes after an abort shows that the source took no notice of it.
  function noteAbort(moment: number): void {
    if (openCall.options.signal?.aborted) abortIgnored ??= moment
  }

  function spend(chars: number): void {
    budget -= chars
  }

  function part(item: unknown): void {
    note(codec === undefined || truncated ? item : packed(codec, item))
  }

  function note(item: unknown): void {
    if (isOver) return
    // Encoded at once, because readers may change a part after they were given it.
    const encoded = truncated ? null : encode(item, encoding)
    if (budget < 0) truncated = true
    if (truncated) return
    noteAbort(parts.length + 1)
    noteNext()
    ms.push(wallMs() - startedWallMs)
    parts.push(encoded)
  }

  function end(how: StreamEnd, error?: unknown): void {
    if (isOver) return
    forget()
    codec?.onEnd?.()
    isOver = true
    if (how === 'complete') noteAbort(parts.length + 1)
    if (how === 'complete' || how === 'error') noteNext()
    const outcome: Outcome = {
      value,
      sync,
      abortIgnored,
      stream: {
        parts,
        end: how,
        error: error === undefined ? undefined : encodeOutcome(openCall, error),
        ticks,
        instant: instant.length > 0 ? instant : undefined,
        ms,
        truncated,
        iterable: iterable || undefined,
        bytes: bytes || undefined,
      },
    }
    openCall.complete(outcome, STATE_OF_END[how])
  }

  noteAbort(0)
  if (!sync) {
    const [after = 0, rounds] = openCall.instant() ?? []
    noteCompletion(0, after, rounds)
  }
  codec?.onOpen?.((packed) => guard(() => note(packed)))
  onAbandon(openCall, () => end('abandoned'))
  // Some readers leave an aborted stream without a word: neither read to its end, nor cancelled.
  const forget = onAbort(openCall.options.signal, () => {
    startBackgroundTimer(() => guard(() => end('aborted')), ABORT_GRACE_MS)
  })
  return {
    ask,
    part(item) {
      waiting--
      try {
        part(item)
      } catch {
        session.config.stats.failures++
      }
    },
    end: (how, error) => guard(() => end(resolveEnd(how, openCall.options.signal), error)),
  }

  function guard(work: () => void): void {
    try {
      work()
    } catch {
      session.config.stats.failures++
    }
  }
}

// A reader that goes because its caller has aborted, and a source that fails for it, are both aborts.
function resolveEnd(how: 'complete' | 'error' | 'cancelled', signal?: AbortSignal): StreamEnd {
  return how !== 'complete' && signal?.aborted ? 'aborted' : how
}
