import { isTextType } from '@retake/http'
import { isRetakeError, stream, type CallOptions } from '@retake/core'
import {
  currentScope,
  isTelemetryExport,
  matchRequests,
  runInScope,
  type RequestPattern,
  type Scope,
} from '@retake/core/adapter'
import { createBodyCodec } from './body-codec.ts'
import {
  describeRequest,
  type FetchInput,
  isSent,
  nameOf,
  readHead,
  type RequestHead,
} from './http-request.ts'
import { missResponse } from './miss-response.ts'
import { isOwnService } from './own-services.ts'
import { describeModel } from './providers/describe-model.ts'
import { readBody, type ReadBody } from './request-body.ts'
import { bytesAhead } from './bytes-ahead.ts'
import { isFailure, retryAfterMs, toAnswer, toResponse, type Answer } from './response.ts'

type Fetch = typeof fetch

export interface RetakeFetchOptions {
  /**
   * Names of request headers on which the answer depends, such as that of a tenant. They are stored with the
   * request, and have to be the same in a replay.
   *
   * @default none: headers carry credentials, and what is new in each request
   */
  readonly countedHeaders?: readonly string[]
  /**
   * Requests that are no work of a session, such as those of an exporter: they are sent for real, always, and never
   * recorded. The exporters of LangSmith, OpenTelemetry, Sentry, PostHog and the like are left out without it.
   *
   * @default none
   */
  readonly ignore?: readonly RequestPattern[]
}

const ORIGINAL = Symbol.for('retake.fetch.v1')

/**
 * A `fetch` that records the requests of a session, and serves them in a replay.
 *
 * Outside of sessions, and beneath a call that another adapter records, it is the real one. A replay that has no
 * recording is answered with status 400, in the form in which providers tell errors, since SDKs try again what is
 * thrown; the session has failed whatever the app makes of it.
 *
 * @param real what sends requests: that of an SDK's HTTP client. By default the `fetch` that is global when it is
 * called. One that records already is looked through, so that nothing is recorded twice.
 * @throws {RetakeError} `OPTION_INVALID` when something in `ignore` is no pattern.
 */
export function retakeFetch(
  real?: Fetch,
  { countedHeaders = [], ignore = [] }: RetakeFetchOptions = {},
): Fetch {
  const isIgnored = matchRequests(ignore, 'ignore')
  const leavesOut = (head: RequestHead) =>
    isIgnored(head) || isTelemetryExport(head, (name) => head.headers.get(name) ?? undefined)
  const sender = () => originalOf(real ?? globalThis.fetch)

  function retakingFetch(input: FetchInput, init?: RequestInit): Promise<Response> {
    const scope = currentScope()
    if (scope === undefined || scope.beneath === 'leaf') return sender()(input, init)
    return record(scope, { real: sender(), input, init, countedHeaders, leavesOut })
  }

  return Object.defineProperty<Fetch>(retakingFetch, ORIGINAL, { get: sender })
}

/** The `fetch` beneath one that records; any other as it is. */
function originalOf(fetch: Fetch): Fetch {
  return (fetch as { [ORIGINAL]?: Fetch })[ORIGINAL] ?? fetch
}

/** Whether a `fetch` records, made by whichever copy of this package. */
export function isRetakeFetch(fetch: Fetch): boolean {
  return ORIGINAL in fetch
}

interface Sending {
  readonly real: Fetch
  readonly input: FetchInput
  readonly init: RequestInit | undefined
  readonly countedHeaders: readonly string[]
  /** Whether a request is no work of the session's. */
  readonly leavesOut: (head: RequestHead) => boolean
}

// Synchronous where the body is in memory, so that calls are numbered in the order in which they are made.
function record({ session }: Scope, sending: Sending): Promise<Response> {
  const { real, input, init, countedHeaders, leavesOut } = sending

  // What we cannot read, the real one may be able to send, or it says what is wrong.
  const passOn = (error: unknown) =>
    session.isReplay ? Promise.reject(refusalOf(input, init) ?? error) : real(input, init)

  try {
    const head = readHead(input, init)
    // Who answers has a session for it, and records and replays its own calls.
    if (isOwnService(head.url) || !isSent(head)) return real(input, init)
    // Outside of the scope, so that the fence of a replay lets it pass.
    if (leavesOut(head)) return runInScope(undefined, () => real(input, init))
    const send = (read: ReadBody) =>
      exchange(real, head, read, describeRequest(head, read.body, countedHeaders))
    const reading = readBody(head, input, init, real === originalOf(globalThis.fetch))
    return 'then' in reading ? reading.then(send, passOn) : send(reading)
  } catch (error) {
    return passOn(error)
  }
}

// What the platform says of a request that it cannot make.
function refusalOf(input: FetchInput, init: RequestInit | undefined): unknown {
  try {
    return void new Request(input, init)
  } catch (error) {
    return error
  }
}

async function exchange(
  real: Fetch,
  head: RequestHead,
  { body, input, init }: ReadBody,
  request: object,
): Promise<Response> {
  let live: Response | undefined
  let type = ''
  const options: CallOptions = {
    kind: 'http',
    name: nameOf(head),
    request,
    ...describeModel(head, body),
    byteStream(opening) {
      // Told before the first chunk, of an answer that is served too: a fork stores what it was served.
      type = (opening as Answer).headers['content-type'] ?? ''
      return bytesAhead(opening)
    },
    isFailure,
    retryAfterMs,
    codec: createBodyCodec(() => isTextType(type || (live?.headers.get('content-type') ?? ''))),
    ...(head.signal ? { signal: head.signal } : {}),
  }
  // Outside of the scope: what sends it is no work of the session's, and is not to be told its id.
  const send = async () => {
    live = await runInScope(undefined, () => real(input, init))
    return toAnswer(live)
  }
  try {
    return toResponse(await stream(options, send), live)
  } catch (error) {
    if (live === undefined && isRetakeError(error)) return missResponse(error)
    throw error
  }
}
