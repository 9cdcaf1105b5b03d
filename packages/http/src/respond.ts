import type { Exchange } from './exchange.ts'
import { HEADER } from './headers.ts'
import type { Problem } from './problem.ts'
import { copyCors, withHeaders } from './response-headers.ts'
import { enterScope, runInScope, type OverReason } from '@retake/core/adapter'
import { scopedBody } from './scoped-body.ts'
import { recordSent } from './record-sent.ts'
import { SentBody } from './sent-body.ts'
import { isUnread, toWhole } from './whole-body.ts'

/** What a server or a framework knows besides the response. */
export interface ResponseContext {
  readonly request: {
    readonly method: string
    readonly url?: string
    readonly signal?: AbortSignal
  }
  /** Whether the client has gone, where this is known without the signal: some servers make one when asked. */
  readonly isGone?: () => boolean
  /** What the handler threw, where the framework has made a response of it. */
  readonly error?: () => unknown
  /** Sends fields after the body, where the server can: over HTTP/1.1, in chunks. */
  readonly addTrailers?: (fields: Readonly<Record<string, string>>) => void
}

/**
 * Runs a handler inside the scope of an exchange, and finishes what it answers: headers, the verdict
 * of a replay, a body that is read in scope. The exchange is over with the response.
 *
 * A replay that has failed is answered with its problem, whatever the handler made of it. No answer
 * stays no answer.
 *
 * @see docs/decisions/0055-answers-are-recorded.md
 */
export async function respond<T extends Response | undefined>(
  exchange: Exchange,
  context: ResponseContext,
  handle: () => T | PromiseLike<T>,
): Promise<T | Response> {
  let answered: Response | undefined
  try {
    const answer = await enterScope(exchange.scope, handle)
    answered = answer
    if (answered) return await finish(exchange, context, answered)
    exchange.over('error', { error: context.error?.() })
    return answer
  } catch (error) {
    const problem = exchange.problem()
    if (problem) return answerProblem(exchange, problem, answered)
    exchange.over('error', { error })
    throw error
  }
}

/** A problem as a response. */
export function problemResponse({ status, headers, body }: Problem): Response {
  return new Response(body, { status, headers })
}

type Over = (reason: OverReason, error?: unknown) => void

async function finish(
  exchange: Exchange,
  context: ResponseContext,
  response: Response,
): Promise<Response> {
  const { request } = context
  const { status } = response
  const over: Over = (reason, error = context.error?.()) => exchange.over(reason, { status, error })
  const whole = await toWhole(exchange, request.method, response)
  const problem = exchange.problem()
  if (problem) return answerProblem(exchange, problem, response)
  if (whole === undefined) return stream(exchange, context, response, over)
  await recordWhole(exchange, request, whole)
  const finished = withHeaders(exchange, whole, exchange.status())
  const isGone = context.isGone ? context.isGone() : signalOf(request)?.aborted
  over(isGone ? 'client_closed' : 'finished')
  return finished
}

function stream(
  exchange: Exchange,
  { request, addTrailers }: ResponseContext,
  response: Response,
  over: Over,
): Response {
  const trailers =
    exchange.isReplay && !response.headers.has('content-length') ? addTrailers : undefined
  const sent = new SentBody()
  let isOver = false
  const onOver = (reason: OverReason, error?: unknown) => {
    if (isOver) return undefined
    isOver = true
    sent.isWhole = reason === 'finished'
    sent.isBroken = reason === 'error'
    const recording = recordSent(exchange, headOf(request, response), sent)
    const end = () => {
      if (reason === 'finished') trailers?.({ [HEADER.replayStatus]: exchange.status() })
      over(reason, error)
    }
    // A verdict waits for what is to be compared; who only records does not keep the client waiting.
    if (recording !== undefined && exchange.isReplay) return recording.then(end)
    end()
    return undefined
  }
  // Some servers do not cancel the body when the client goes; they abort the request all the same.
  onAbort(signalOf(request), () => void onOver('client_closed'))
  const onChunk = (chunk: Uint8Array) => sent.add(chunk)
  const body = response.body && scopedBody(response.body, exchange.scope, { onOver, onChunk })
  const streamed = withHeaders(exchange, new Response(body, response), 'pending')
  if (trailers) announceTrailers(streamed.headers)
  return streamed
}

// Deno aborts it for every response, and prints a warning when somebody looks at it.
function signalOf(request: ResponseContext['request']): AbortSignal | undefined {
  return 'Deno' in globalThis ? undefined : request.signal
}

function onAbort(signal: AbortSignal | undefined, listener: () => void): void {
  if (signal?.aborted) listener()
  else signal?.addEventListener('abort', listener, { once: true })
}

// In chunks by name, because servers give a length to a body that ends at once, and no trailers then.
function announceTrailers(headers: Headers): void {
  headers.append('Trailer', HEADER.replayStatus)
  headers.set('Transfer-Encoding', 'chunked')
}

function answerProblem(
  exchange: Exchange,
  problem: Problem,
  answered: Response | undefined,
): Response {
  const response = problemResponse(problem)
  if (answered) {
    copyCors(answered, response)
    discard(exchange, answered)
  }
  exchange.recordResponse(problem)
  const finished = withHeaders(exchange, response, exchange.status())
  exchange.over('error')
  return finished
}

async function recordWhole(
  exchange: Exchange,
  request: ResponseContext['request'],
  response: Response,
): Promise<void> {
  if (!exchange.keepsResponse(response.status)) return
  const sent = new SentBody()
  sent.isWhole = true
  if (!isUnread(request.method, response))
    sent.add(new Uint8Array(await response.clone().arrayBuffer()))
  const recording = recordSent(exchange, headOf(request, response), sent)
  if (exchange.isReplay) await recording
}

function headOf(
  { method, url = '' }: ResponseContext['request'],
  { status, headers }: Response,
): Parameters<typeof recordSent>[1] {
  return {
    status,
    headers,
    encoding: headers.get('content-encoding') ?? undefined,
    isHead: method === 'HEAD',
    host: () => (URL.canParse(url) ? new URL(url).host : undefined),
  }
}

// A body that was opened and is not sent is told so, or it would stay open.
function discard({ scope }: Exchange, { body }: Response): void {
  void runInScope(scope, async () => body?.cancel()).catch(() => {})
}
