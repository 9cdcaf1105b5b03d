import type { MatchMode, MissPolicy, OutboundResponse, ToolPolicy } from '@retake/core'
import { formatReplayHeader } from '@retake/core/adapter'
import { HEADER } from '@retake/http'
import { answerOf, replayProblem, resolveTarget, type ResendableRequest } from '@retake/http/resend'
import { CommandError, exitCodeOfProblem } from '../failure.ts'
import { EXIT } from '../exit-codes.ts'
import { probeGate } from './probe-gate.ts'
import type { Server } from './server-options.ts'

/** What a replay is asked to do; what is left out is up to the server. */
export interface ReplayParameters {
  readonly match?: MatchMode | undefined
  readonly onMiss?: MissPolicy | undefined
  readonly until?: number | undefined
  /** Of all tools. */
  readonly tools?: ToolPolicy | undefined
  /** Places of the answer that may differ. */
  readonly ignore?: readonly string[] | undefined
}

/** What came back of a replay. */
export interface SentReplay {
  /** The session of the replay. */
  readonly id: string
  /** `X-Replay-Status`; `pending` where the server said it after the body. */
  readonly status: string
  readonly answer: OutboundResponse
  readonly ms: number
}

/**
 * Sends the request that made a session again, as a replay of it.
 *
 * @throws {CommandError} `UNREACHABLE`, `GATE_CLOSED`, or the code of the problem that the server answers with
 * where it does not even start.
 */
export async function sendReplay(
  server: Server,
  { session, request }: { readonly session: string; readonly request: ResendableRequest },
  parameters: ReplayParameters,
): Promise<SentReplay> {
  const { method, url, headers, body } = request
  const asked = Object.entries(parameters).filter(([, value]) => value !== undefined)
  const replay = formatReplayHeader({ id: session, ...Object.fromEntries(asked) })
  const startedAt = performance.now()
  const response = await send(server, targetOf(server, url), {
    method,
    redirect: 'manual',
    headers: {
      ...headers,
      ...server.headers,
      [HEADER.replay]: replay,
      ...(server.key !== undefined && { [HEADER.replayKey]: server.key }),
    },
    ...(body !== undefined && { body }),
  })
  const answer = await answerOf(response)
  const id = response.headers.get(HEADER.session)
  if (response.headers.get(HEADER.replayOf) === null) throw notReplayed(answer, server)
  return {
    id: id ?? '',
    status: response.headers.get(HEADER.replayStatus) ?? 'pending',
    answer,
    ms: performance.now() - startedAt,
  }
}

/**
 * Makes sure that a server replays before something is sent that would run for real where it does not.
 *
 * @throws {CommandError} `UNREACHABLE` or `GATE_CLOSED`.
 */
export async function requireOpenGate(server: Server, { url }: { url: string }): Promise<void> {
  const { base, key, timeoutMs } = server
  const [target = ''] = targetOf(server, url).split('?')
  const state = await probeGate(target, { key, timeoutMs })
  if (state === 'unreachable') throw unreachable(base)
  if (state === 'unknown') throw closed(base, 'Nothing was sent.')
}

// A recording comes from anywhere, and must not say to whom the secret of a gate is sent.
function targetOf({ base }: Server, path: string): string {
  const target = resolveTarget(base, path)
  if (target) return target.href
  throw new CommandError(
    'REQUEST_NOT_RECORDED',
    EXIT.invalid,
    `The recorded path ${JSON.stringify(path)} leads away from ${base}. Nothing was sent.`,
  )
}

async function send(
  { base, timeoutMs }: Server,
  url: string,
  init: RequestInit,
): Promise<Response> {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) })
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') {
      throw new CommandError(
        'TIMEOUT',
        EXIT.unreachable,
        `${base} did not answer within ${timeoutMs / 1_000} s. Wait longer with --timeout.`,
      )
    }
    throw unreachable(base)
  }
}

function unreachable(base: string): CommandError {
  return new CommandError(
    'UNREACHABLE',
    EXIT.unreachable,
    `${base} cannot be reached. Start the app, or name it with --url.`,
  )
}

// Either the gate let the request in and something is wrong with the session, or nobody looked at the header.
function notReplayed(answer: OutboundResponse, { base }: Server): CommandError {
  const problem = replayProblem(answer)
  if (problem === undefined) return closed(base, 'The request was handled live.')
  const { code, detail } = problem
  return new CommandError(code, exitCodeOfProblem(code), `${base} answers: ${detail}`)
}

function closed(base: string, consequence: string): CommandError {
  return new CommandError(
    'GATE_CLOSED',
    EXIT.closed,
    `${base} gives no sign that it replays. ${consequence} Start the app with RETAKE_REPLAY_ENABLED=1 and the middleware before its routes; in production set RETAKE_REPLAY_SECRET for both sides.`,
  )
}
