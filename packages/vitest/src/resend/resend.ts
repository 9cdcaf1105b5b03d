import {
  type OutboundResponse,
  type ReplayOptions,
  type ReplayReport,
  RetakeError,
  type SessionData,
  shelve,
} from '@retake/core'
import { runInScope } from '@retake/core/adapter'
import { createIgnore, decode } from '@retake/format'
import { answerOf, resendableRequest } from '@retake/http/resend'
import { readCassetteFile } from '@retake/core/stores/cassette-files'
import { cassettePath } from './cassette-path.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { type ResendTarget, serveApp, type ServedApp } from './serve-app.ts'
import { createWatchedStore, type WatchedStore } from './watched-store.ts'

/** How a request is sent again, and how its calls are replayed. */
export interface ResendOptions extends Omit<ReplayOptions, 'onMiss' | 'until'> {
  /** Sent besides, or instead of those that were recorded: credentials were not. */
  readonly headers?: Readonly<Record<string, string>>
}

/** What a request that was sent again was answered with. */
export interface ResentAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** As text. */
  readonly body: string
  /** Parsed, where it is JSON. */
  readonly json?: unknown
  /** What it was answered with when it was recorded; `undefined` when the cassette does not hold that. */
  readonly recorded: OutboundResponse | undefined
  /** What it is answered with now, in the same form. */
  readonly now: OutboundResponse
  /** How the replay went. */
  readonly report: ReplayReport
  /** The session of the replay. */
  readonly session: SessionData
  /** What `ignore` has named: places that may differ. */
  readonly ignored: readonly string[]
  /** Redaction has taken something out of the recorded request: what was sent is not just what came. */
  readonly isRedacted: boolean
}

// Where what has changed was changed on purpose.
const ADVICE = 'a new recording in its place: retake promote <session> --test <file> --force'

// Answers that have no body, and take none.
const WITHOUT_BODY = new Set([101, 204, 205, 304])

/**
 * Sends the request of a cassette to an app again, which answers it by replaying the cassette through its own middleware.
 * Matching is strict, tools run for real and are compared with what they gave, and recordings that nobody asks for
 * are a failure; `toAnswerAsRecorded` judges all of it. It waits until the session is over.
 *
 * @param cassette A path, relative to the test file, or the URL of a file.
 * @throws {RetakeError} what keeps a cassette from being read or replayed; `REQUEST_NOT_RECORDED` when it holds no request
 * that can be sent; `OPTION_INVALID` when the app did not replay.
 * @see docs/decisions/0053-requests-are-sent-again-in-process.md
 */
export async function resend(
  app: ResendTarget,
  cassette: string | URL,
  options: ResendOptions = {},
): Promise<ResentAnswer> {
  const data = readCassetteFile(cassettePath(cassette))
  // In a session of its own, whatever session the test runs in. The shelf has one place for a session.
  return oneAtATime(data.session.id, () =>
    runInScope(undefined, () => sendAndWait(app, data, options)),
  )
}

async function sendAndWait(
  app: ResendTarget,
  data: SessionData,
  { headers = {}, ...options }: ResendOptions,
): Promise<ResentAnswer> {
  createIgnore(options.ignore)
  const watched = createWatchedStore()
  const { store } = watched
  const unshelve = shelve({
    data,
    store,
    options: {
      match: 'strict',
      tools: 'compare',
      onLeftover: 'error',
      advice: ADVICE,
      ...options,
    },
  })
  const served = await serveApp(app)
  try {
    const answer = await send(served, data, headers, watched)
    return { ...answer, ignored: options.ignore ?? [] }
  } finally {
    unshelve()
    await served.close()
  }
}

async function send(
  served: ServedApp,
  data: SessionData,
  headers: Readonly<Record<string, string>>,
  watched: WatchedStore,
): Promise<Omit<ResentAnswer, 'ignored'>> {
  const { session } = data
  const { url, method, body, isRedacted, headers: recorded } = resendableRequest(data)
  const request = new Request(new URL(url, served.origin), {
    method,
    headers: { ...recorded, ...headers, 'X-Replay': session.id },
    redirect: 'manual',
    ...(body !== undefined && { body }),
  })
  const response = await served.send(request)
  const bytes = await response.arrayBuffer()
  if (!watched.isOpened()) throw notReplayed(session.id, response, bytes)
  const ended = await watched.ended()
  const text = new TextDecoder().decode(bytes)
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: text,
    ...jsonOf(text),
    recorded: session.response,
    now: keptAnswer(await answerOf(copyOf(response, bytes)), ended),
    report: decode(ended.end?.report ?? null) as ReplayReport,
    session: ended,
    isRedacted,
  }
}

// The body as the app kept it has been through the same redaction as the recorded one. Headers may have been added since.
function keptAnswer(received: OutboundResponse, { session }: SessionData): OutboundResponse {
  if (session.response === undefined) return received
  const { status, headers } = received
  const { status: _status, headers: _headers, ...kept } = session.response
  return { status, headers, ...kept }
}

function copyOf({ status, headers }: Response, bytes: ArrayBuffer): Response {
  return new Response(WITHOUT_BODY.has(status) ? null : bytes, { status, headers })
}

function jsonOf(text: string): { json?: unknown } {
  try {
    return { json: JSON.parse(text) as unknown }
  } catch {
    return {}
  }
}

function notReplayed(id: string, { status }: Response, bytes: ArrayBuffer): RetakeError {
  const text = new TextDecoder().decode(bytes).slice(0, 500)
  return new RetakeError(
    'OPTION_INVALID',
    `The app did not replay session ${id}. It has to run in this process, behind the middleware of Retake, and to be made ` +
      `after "@retake/vitest" is imported, which opens the gate. It answered ${status}: ${text}`,
    { session: id, status },
  )
}
