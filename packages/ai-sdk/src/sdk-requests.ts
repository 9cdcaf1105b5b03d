import { ReplayEscapeError } from '@retake/core'
import { addFenceRule, currentScope, failSession, type Scope } from '@retake/core/adapter'
import { FUNCTIONS, UNRECORDED } from './entry-points.ts'
import { WRAP_IT } from './escape.ts'
import { unrecordedIn } from './told-operation.ts'

type Fetch = typeof fetch

// What telemetry records of language models is beneath a recorded call, and does not get here.
const NAMES = [...Object.keys(FUNCTIONS), ...Object.keys(UNRECORDED)]
  .map((name) => name.replace('experimental_', '(?:experimental_)?'))
  .filter((name) => !name.includes('Text'))

/** A frame of such a function, in a file of the SDK. */
const UNTOLD = new RegExp(
  String.raw`\bat (?:async )?(?:[\w$]+\.)*(?:${NAMES.join('|')})\b.*[\\/]ai[^\\/]*[\\/]dist[\\/]`,
)

// Where the SDK calls its models, so that it can try again: a stack may not reach further.
const RETRY = /\bat (?:async )?_?retryWithExponentialBackoff/

/** How all packages of the SDK name themselves to a provider. */
const SDK = /(?:^|\s)ai(?:-sdk[\w/-]*)?\/\d/

const RECORDS = Symbol.for('retake.fetch.v1')

const FRAMES = 100

let isRefusing = false

/**
 * Has a replay refuse the requests of the SDK that come through no recorder, before they are sent. Some functions of the
 * SDK tell telemetry nothing of their calls, and of others it hears too late to keep them from being made.
 *
 * The global `fetch`, which the SDK looks up for each request, fails with the error itself: what the network fails with
 * the SDK would take for a broken connection, and try again. What is sent by another one is stopped by the fence.
 */
export function refuseSdkRequests(): void {
  if (isRefusing) return
  isRefusing = true
  addFenceRule(({ origin, header }, scope) => {
    if (!SDK.test(header('user-agent') ?? '')) return undefined
    // While it is recorded, telemetry says so itself.
    const isTold = unrecordedIn(scope).length > 0 && !scope.session.isReplay
    return isTold ? 'pass' : { refuse: reasonOf(scope, origin) }
  })
  const { fetch: real } = globalThis
  if (typeof real !== 'function' || RECORDS in real) return
  globalThis.fetch = Object.assign((...[input, init]: Parameters<Fetch>) => {
    const error = refusalOf(input, init)
    return error ? Promise.reject(error) : real(input, init)
  }, real)
}

function refusalOf(input: Parameters<Fetch>[0], init: RequestInit | undefined): Error | undefined {
  const scope = currentScope()
  // What a recorded call asks is served with it, and what is made for real is to be.
  if (!scope?.session.isReplay || scope.live || scope.beneath !== undefined) return undefined
  if (!SDK.test(agentOf(input, init)) && !isCalledByUnrecorded()) return undefined
  const url = input instanceof Request ? input.url : String(input)
  const origin = URL.canParse(url) ? new URL(url).origin : url
  return failSession(scope.session, new ReplayEscapeError(reasonOf(scope, origin), { origin }))
}

function agentOf(input: Parameters<Fetch>[0], init: RequestInit | undefined): string {
  const given = init?.headers ?? (input instanceof Request ? input.headers : {})
  try {
    return new Headers(given).get('user-agent') ?? ''
  } catch {
    // What is wrong with them is for `fetch` to say.
    return ''
  }
}

// A model may ask as it likes. Functions that wait for it show in the stack, since they are asynchronous.
function isCalledByUnrecorded(): boolean {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = FRAMES
  const { stack = '' } = new Error('Who calls?')
  Error.stackTraceLimit = stackTraceLimit
  return UNTOLD.test(stack) || RETRY.test(stack)
}

function reasonOf(scope: Scope, origin: string): string {
  const [told] = unrecordedIn(scope)
  return `${told ?? `A request of the AI SDK to ${origin}`} is not recorded by telemetry. ${WRAP_IT}`
}
