import { keepsContent, describeError, type OutboundResponse } from '@retake/format'
import { HEADER } from './headers.ts'
import { storedBody } from './stored-request.ts'
import { toProblem, type Problem } from './problem.ts'
import { compareAnswer, noteNoAnswer } from './compare-answer.ts'
import { redactedResponse, storedResponse, type SentResponse } from './stored-response.ts'
import type { OverReason, Scope } from '@retake/core/adapter'
import {
  append,
  finishSession,
  retain,
  whenSettled,
  type SessionScope,
  type SessionState,
  guarded,
} from '@retake/core/host'

/** One request and its response, as a session. */
export interface Exchange {
  readonly scope: Scope
  readonly isReplay: boolean
  /** To be set on the response before anything else is. */
  readonly headers: Readonly<Record<string, string>>
  /** Names for `Access-Control-Expose-Headers`. */
  readonly exposed: readonly string[]
  /**
   * Value of `X-Replay-Status`, to be sent: `pending` while work of the app goes on, and while calls may follow that were
   * made after the answer. What is final stays so.
   */
  status(): string
  /** The app has handed over all of its response. What it asks for from now on comes after the answer. */
  answered(): void
  /** What takes the place of the app's response: a failed replay stays failed, whatever the app made of it. */
  problem(): Problem | undefined
  /** Adds the body to the recorded request. `withheld` says why there is none. */
  recordBody(body: unknown, withheld?: string): void
  /**
   * Whether an answer with this status is looked at: it is stored, unless nothing was recorded in its request, or that was
   * not sampled and has not failed; and it is compared in a replay.
   */
  keepsResponse(status: number): boolean
  /**
   * Compares what is sent with the recorded answer, once all of it is known: from then on `status()` takes it into account.
   * Only the first call in a replay counts.
   */
  compareResponse(answer: SentResponse): void
  /**
   * Adds what was sent to the session, compared if it was not yet. To be called before the exchange is over, or while it is
   * held.
   */
  recordResponse(answer: SentResponse): void
  /** Keeps the session open until what is returned is called. */
  hold(): () => void
  /** The response is over. Only the first call counts. */
  over(reason: OverReason, ending?: Ending): void
  /** Resolves when the session has settled and is written. */
  settled(): Promise<void>
}

/**
 * What tells whether a response that was sent whole is that of a failure.
 *
 * @see docs/decisions/0010-how-a-request-ended.md
 */
export interface Ending {
  /** From 500 on the session is a failure. */
  readonly status?: number
  /** What the handler threw. It says why the session failed. */
  readonly error?: unknown
}

const FAILED = 500
const EXPOSED = [HEADER.session]
const EXPOSED_OF_REPLAY = [HEADER.session, HEADER.replayOf, HEADER.replayStatus]

// A class, because a closure for each method of each request would cost more than what they do.
/** One request and its response, by the state of its session. */
export class SessionExchange implements Exchange {
  readonly scope: Scope
  readonly isReplay: boolean
  readonly headers: Readonly<Record<string, string>>
  readonly exposed: readonly string[]
  readonly session: SessionState
  held = 0
  /** In a replay: what was compared. */
  answer: OutboundResponse | undefined = undefined

  /** @param scope the outermost one of the session. */
  constructor(scope: SessionScope) {
    const { session } = scope
    this.session = session
    this.scope = scope
    this.isReplay = session.isReplay
    this.headers = headersOf(session)
    this.exposed = this.isReplay ? EXPOSED_OF_REPLAY : EXPOSED
  }

  status(): string {
    return verdict(this.session, this.held)
  }

  answered(): void {
    this.session.isAnswered = true
  }

  problem(): Problem | undefined {
    const { failure } = this.session
    return failure && toProblem(failure)
  }

  recordBody(body: unknown, withheld?: string): void {
    guarded(this.session, () => recordBody(this.session, body, withheld))
  }

  keepsResponse(status: number): boolean {
    return this.isReplay || isStored(this.session, status)
  }

  compareResponse(answer: SentResponse): void {
    const { session } = this
    if (!this.isReplay || this.answer !== undefined) return
    const { config } = session
    const known = guarded(session, () => redactedResponse(config, answer))
    this.answer = known ?? { status: answer.status, headers: {}, bodyWithheld: 'it cannot be read' }
    // What capture leaves out is not shown in a report either.
    const shown = keepsContent(config.capture.level)
      ? storedResponse(config, this.answer)
      : this.answer
    guarded(session, () => compareAnswer(session, shown, answer))
  }

  recordResponse(answer: SentResponse): void {
    const { session } = this
    this.compareResponse(answer)
    guarded(session, () => {
      if (!isStored(session, answer.status)) return
      // What was compared may not have been sent to its end.
      const known = answer.withheld === undefined ? this.answer : undefined
      const response = storedResponse(
        session.config,
        known ?? redactedResponse(session.config, answer),
      )
      append(session, { type: 'update', response })
    })
  }

  hold(): () => void {
    const release = retain(this.session)
    this.held++
    return () => {
      this.held--
      release()
    }
  }

  over(reason: OverReason, ending: Ending = {}): void {
    const { session } = this
    if (this.isReplay && this.answer === undefined) {
      guarded(session, () => noteNoAnswer(session, reason))
    }
    finish(session, reason, ending)
  }

  settled(): Promise<void> {
    return whenSettled(this.session)
  }
}

function headersOf({ id, options }: SessionState): Readonly<Record<string, string>> {
  const { replayOf } = options
  const headers: Record<string, string> = { 'X-Session-Id': id }
  if (replayOf !== undefined) headers[HEADER.replayOf] = replayOf
  return headers
}

function isStored({ awaits, config, pending, endState }: SessionState, status: number): boolean {
  if (!keepsContent(config.capture.level) || awaits === 'nothing') return false
  // What is still going on may be recorded yet, or fail.
  return awaits === undefined || status >= FAILED || pending > 0 || endState === 'failure'
}

function recordBody(session: SessionState, body: unknown, withheld: string | undefined): void {
  const { config, record } = session
  if (record.request === undefined) return
  const stored = withheld
    ? { bodyWithheld: withheld }
    : storedBody(config, body, record.request.headers['content-type'])
  append(session, { type: 'update', request: { ...record.request, ...stored } })
}

// Recordings may still be asked for while calls, streams or promises of the app are pending, or are about to start as
// they did when they were recorded: what is left over is not known yet. A failure is.
function verdict(session: SessionState, held: number): string {
  const { replay, failure, pending } = session
  if (replay === undefined) return 'ok'
  if (failure === undefined && (pending > held || replay.expectsMore())) return 'pending'
  replay.announced()
  return replay.report(session).status
}

function finish(session: SessionState, reason: OverReason, { status = 200, error }: Ending): void {
  const failed = reason === 'error' || (reason === 'finished' && status >= FAILED)
  if (failed && error !== undefined) session.endReason ??= describeError(error)
  finishSession(session, failed ? 'error' : reason)
}
