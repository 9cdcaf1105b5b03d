import {
  describeError,
  isRetakeError,
  ReplayForbiddenError,
  ReplaySessionNotFoundError,
  RetakeError,
  type SessionRecord,
} from '@retake/format'
import { HEADER } from './headers.ts'
import { inboundBody, inboundRequest, type HttpRequest } from './stored-request.ts'
import { toProblem, type Problem } from './problem.ts'
import { outboundResponse, type SentAnswer } from './stored-response.ts'
import { hopOf, inheritedId, isGateOpen, isLocal } from './callers.ts'
import { checkReplayable } from '../replay/check-replayable.ts'
import { loadRecorded, openReplay } from '../replay/replay.ts'
import { shelvedSession } from '../replay/sessions-at-hand.ts'
import type { Retake } from '../retake.ts'
import { currentScope } from '../session/scope.ts'
import { append } from '../session/append.ts'
import { finishSession, openSession, retain, whenSettled } from '../session/lifecycle.ts'
import type { SessionOptions } from '../session/session-options.ts'
import type { OverReason, SessionState, Scope } from '../session/session-state.ts'
import { rootFrame } from '../session/frame.ts'
import { guarded } from '../session/guard.ts'
import type { Config } from '../session/config.ts'
import { parseReplayHeader, type ReplayRequest } from '../replay/replay-request.ts'
import type { HttpOptions } from './http-options.ts'

/** One request and its response, as a session. */
export interface Exchange {
  readonly scope: Scope
  readonly isReplay: boolean
  /** To be set on the response before anything else is. */
  readonly headers: Readonly<Record<string, string>>
  /** Names for `Access-Control-Expose-Headers`. */
  readonly exposed: readonly string[]
  /** Value of `X-Replay-Status`, as of now: `pending` while work of the app goes on. */
  status(): string
  /** What takes the place of the app's response: a failed replay stays failed, whatever the app made of it. */
  problem(): Problem | undefined
  /** Adds the body to the recorded request. `withheld` says why there is none. */
  recordBody(body: unknown, withheld?: string): void
  /**
   * Whether an answer with this status is stored: nothing is of a request in which nothing was recorded, nor of one that
   * was not sampled and has not failed.
   */
  keepsAnswer(status: number): boolean
  /** Adds what was sent to the session. To be called before the exchange is over, or while it is held. */
  recordAnswer(answer: SentAnswer): void
  /** Keeps the session open until what is returned is called. */
  hold(): () => void
  /** The response is over. Only the first call counts. */
  over(reason: OverReason, answer?: Answer): void
  /** Resolves when the session has settled and is written. */
  settled(): Promise<void>
}

/** What tells whether a response that was sent whole is that of a failure. */
export interface Answer {
  /** From 500 on the session is a failure. */
  readonly status?: number
  /** What the handler threw. It says why the session failed. */
  readonly error?: unknown
}

/** What an adapter does with a request: go on inside a session, or answer with a problem. */
export type Opening = { readonly exchange: Exchange } | { readonly refused: Problem }

/** Whether a request is left as it is: it belongs to a session already, or it is none of ours. */
export function passesBy<Native>(native: Native, { skip }: HttpOptions<Native>): boolean {
  return currentScope() !== undefined || skip?.(native) === true
}

/**
 * Opens the session of a request, as its headers and the gate say.
 *
 * Synchronous unless the request asks for a replay: then the recorded session is loaded first.
 */
export function openExchange<Native>(
  { config }: Retake,
  request: HttpRequest,
  native: Native,
  options: HttpOptions<Native> = {},
): Opening | Promise<Opening> {
  if (!isGateOpen(config, request)) return capture(config, request, native, options)
  const asked = parseReplayHeader(request.header(HEADER.replay))
  if (asked.ok) return replay(config, request, native, options, asked.value)
  return asked.why === 'absent' ? capture(config, request, native, options) : malformed(asked.why)
}

function capture<Native>(
  config: Config,
  request: HttpRequest,
  native: Native,
  options: HttpOptions<Native>,
): Opening {
  const id = inheritedId(config, request, native, options)
  // Asked at once, since the request may be another one later; the rest is made when it is stored.
  const described = guardedDescription(config, native, options)
  const session = openSession(config, {
    id,
    hop: id === undefined ? undefined : hopOf(request),
    about: () => about(config, request, described),
    isForgettable: !config.keepEmpty,
  })
  return { exchange: new SessionExchange(session) }
}

async function replay<Native>(
  config: Config,
  request: HttpRequest,
  native: Native,
  options: HttpOptions<Native>,
  { id, match, onMiss, until }: ReplayRequest,
): Promise<Opening> {
  const { authorize, ...replayOptions } = options.replay ?? {}
  try {
    if (!authorize && !isLocal(request)) throw forbidden()
    const data = await loadRecorded(config, id)
    if (authorize && !(await authorize(native, data.session))) throw notFound(id)
    // Only now, so that a session which has expired tells a stranger nothing either.
    checkReplayable(data)
    const asked = {
      match: match ?? shelvedSession(id)?.options?.match ?? 'lenient',
      ...(onMiss ? { onMiss } : {}),
      ...(until === undefined ? {} : { until }),
    }
    const described = about(config, request, guardedDescription(config, native, options))
    const session = openReplay(
      config,
      data,
      { ...replayOptions, ...asked },
      {
        ...described,
        hop: hopOf(request),
      },
    )
    return { exchange: new SessionExchange(session) }
  } catch (error) {
    if (!isRetakeError(error)) throw error
    const isUnknown = error.code === 'REPLAY_SESSION_NOT_FOUND'
    return { refused: toProblem(authorize && isUnknown ? notFound(id) : error) }
  }
}

const FAILED = 500
const EXPOSED = [HEADER.session]
const EXPOSED_OF_REPLAY = [HEADER.session, HEADER.replayOf, HEADER.replayStatus]

// A class, because a closure for each method of each request would cost more than what they do.
class SessionExchange implements Exchange {
  readonly scope: Scope
  readonly isReplay: boolean
  readonly headers: Readonly<Record<string, string>>
  readonly exposed: readonly string[]
  readonly session: SessionState
  held = 0

  constructor(session: SessionState) {
    this.session = session
    this.scope = { session, frame: rootFrame() }
    this.isReplay = session.replay !== undefined
    this.headers = headersOf(session)
    this.exposed = this.isReplay ? EXPOSED_OF_REPLAY : EXPOSED
  }

  status(): string {
    return verdict(this.session, this.held)
  }

  problem(): Problem | undefined {
    const { failure } = this.session
    return failure && toProblem(failure)
  }

  recordBody(body: unknown, withheld?: string): void {
    guarded(this.session, () => recordBody(this.session, body, withheld))
  }

  keepsAnswer(status: number): boolean {
    const { awaits, config, pending, endState } = this.session
    const { level } = config.capture
    if (level === 'off' || level === 'metadata' || awaits === 'nothing') return false
    // What is still going on may be recorded yet, or fail.
    return awaits === undefined || status >= FAILED || pending > 0 || endState === 'failure'
  }

  recordAnswer(answer: SentAnswer): void {
    const { session } = this
    guarded(session, () => {
      append(session, { type: 'update', response: outboundResponse(session.config, answer) })
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

  over(reason: OverReason, answer: Answer = {}): void {
    finish(this.session, reason, answer)
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

function recordBody(session: SessionState, body: unknown, withheld: string | undefined): void {
  const { config, record } = session
  if (record.request === undefined) return
  const stored = withheld
    ? { bodyWithheld: withheld }
    : inboundBody(config, body, record.request.headers['content-type'])
  append(session, { type: 'update', request: { ...record.request, ...stored } })
}

// Recordings may still be asked for while calls, streams or promises of the app are pending: what is
// left over is not known yet. A failure is.
function verdict(session: SessionState, held: number): string {
  const { replay, failure, pending } = session
  if (failure === undefined && pending > held) return 'pending'
  return replay?.report(session).status ?? 'ok'
}

function finish(session: SessionState, reason: OverReason, { status = 200, error }: Answer): void {
  const failed = reason === 'error' || (reason === 'finished' && status >= FAILED)
  if (failed && error !== undefined) session.endReason ??= describeError(error)
  finishSession(session, failed ? 'error' : reason)
}

type Description = SessionOptions | undefined

function guardedDescription<Native>(
  config: Config,
  native: Native,
  { describe }: HttpOptions<Native>,
): Description {
  return describe && guarded({ config }, () => describe(native))
}

function about(
  config: Config,
  request: HttpRequest,
  described: Description,
): SessionOptions & { request?: SessionRecord['request'] } {
  const [path = '/'] = request.url.split('?')
  const inbound = guarded({ config }, () => inboundRequest(config, request))
  return {
    name: config.redactor.text(`${request.method} ${path}`),
    ...described,
    ...(inbound ? { request: inbound } : {}),
  }
}

function malformed(why: string): Opening {
  const message = `${HEADER.replay} must hold exactly one session id, with parameters such as ;match=strict;miss=live;until=12. It is ${why}.`
  return { refused: toProblem(new RetakeError('REPLAY_HEADER_INVALID', message, { why })) }
}

function forbidden(): ReplayForbiddenError {
  return new ReplayForbiddenError(
    `${HEADER.replay} is for callers on this machine. Set replay.authorize in the middleware to allow others.`,
  )
}

// The same words whether there is no such session or it is not for this caller, and none about the store.
function notFound(id: string): ReplaySessionNotFoundError {
  return new ReplaySessionNotFoundError(
    `There is no session ${id}. A request in which nothing was recorded leaves none.`,
    { session: id },
  )
}
