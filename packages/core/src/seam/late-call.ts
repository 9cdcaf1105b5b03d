import { ReplayEscapeError } from '@retake/format'
import type { CallOptions } from '../session/call.ts'
import type { Config } from '../session/config.ts'
import { guarded } from '../session/guard.ts'
import { openReplays } from '../session/open-replays.ts'
import type { SessionScope } from '../session/session-state.ts'

const TIMER = /\bnode:internal\/timers\b/
const POOL =
  /[\\/]node_modules[\\/](pg|pg-pool|postgres|mysql2?|ioredis|redis|@redis[\\/]client|mongodb|generic-pool|tarn|bullmq)[\\/]/

const CURE =
  'Start such work with detached(), open a session in it with retake.session(), or bind its callbacks with AsyncResource.bind().'

// Names of calls are few, but may be made up.
const MOST_PLACES = 1000
const warned = new WeakMap<Config, Set<string>>()

/**
 * Told of a call in the scope of a session that is over. It is recorded there, as late, and warned of once per place.
 *
 * While a replay is open in this process the call may belong to that: it runs where a callback was bound to another
 * request. So it is refused, unless the app has said that such calls are no work of replays.
 *
 * @returns why it is refused, if it is.
 * @see docs/decisions/0073-late-calls.md
 */
export function lateCall(scope: SessionScope, options: CallOptions): ReplayEscapeError | undefined {
  const { session } = scope
  warnOnce(scope, options)
  // A replay serves what was late when it was recorded, and refuses what was not. What is over at once asks nobody.
  if (session.isReplay || options.sync === true) return undefined
  const replays = openReplays()
  if (replays.size === 0 || isAllowed(scope, options)) return undefined
  for (const { replay } of replays) replay?.noteRefused()
  return refusal(scope, options)
}

function isAllowed({ session: { config } }: SessionScope, { kind, name }: CallOptions): boolean {
  return guarded({ config }, () => config.allowLate({ kind, name })) ?? false
}

function refusal({ session }: SessionScope, { kind, name }: CallOptions): ReplayEscapeError {
  return new ReplayEscapeError(
    `${kind} ${name} was called in session ${session.id}, which is over, while a replay is open. It may belong to that replay, and is not made for real: ${causeOf(stackHere())}. ${CURE} Where such calls are no work of a request, set allowLate.`,
    { session: session.id, kind, name, late: true },
  )
}

function warnOnce({ session, frame }: SessionScope, { kind, name }: CallOptions): void {
  const { config } = session
  const place = `${frame.place} > ${kind}:${name}`
  const places = warned.get(config) ?? new Set()
  if (places.has(place) || places.size >= MOST_PLACES) return
  warned.set(config, places.add(place))
  config.log(
    `retake: ${kind} ${name} was called in session ${session.id} when that was over: ${causeOf(stackHere())}. It is recorded there, as late. ${CURE}`,
  )
}

function stackHere(): string {
  return String(new Error('here').stack)
}

function causeOf(stack: string): string {
  const pool = POOL.exec(stack)?.[1]
  if (pool !== undefined)
    return `by a callback of ${pool}, whose connection another request has opened`
  if (TIMER.test(stack)) return 'by a timer that it has started'
  return 'by work that it has started, or by a callback that was bound to it'
}
