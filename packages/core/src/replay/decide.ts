import {
  isRetakeError,
  ReplayNoSnapshotsError,
  type OpenedEvent,
  checkEvent,
  fingerprintOf,
  outcomeOf,
  requestOf,
  lazily,
} from '@retake/format'
import type { CallOptions, ToolPolicy } from '../session/call.ts'
import { failSession } from '../session/lifecycle.ts'
import { holdServed } from '../session/held-records.ts'
import { addUsage } from '../session/totals.ts'
import { eachTickSpan } from './cassette.ts'
import { noteAttempt, type Failure } from './back-off.ts'
import { noteMoment } from './plain-timers.ts'
import { createMiss } from './miss.ts'
import { replayStateOf, replaySource, type ReplayState } from './replay-state.ts'
import type { CallAnswer, StartedCall } from '../session/session-state.ts'
import type { Entry, CallQuery, MatchTier } from './entry.ts'

type Found = { readonly entry: Entry; readonly tier: MatchTier } | undefined

/** Decides on a call, and takes its recording. Synchronous and atomic. */
export function decideCall(started: StartedCall): CallAnswer {
  const { session } = started.scope
  if (session.failure) return { kind: 'refused', error: session.failure }
  try {
    return decide(started)
  } catch (error) {
    // A recording is read when it is looked at first, and may turn out to be corrupt.
    if (isRetakeError(error)) return { kind: 'refused', error: failSession(session, error) }
    throw error
  }
}

function decide(started: StartedCall): CallAnswer {
  const replay = replayStateOf(started.scope.session)
  const query = toQuery(started)
  if (isOnLivePath(replay, query.path)) return diverge(started)
  const policy = toolPolicy(replay, started.options)
  const found = replay.cassette.take(query, replay.options.match)
  if (found) checkEvent(found.entry.event)
  if (found && started.options.runsAgain?.(outcomeOf(found.entry.event) ?? {})) {
    skipTicks(replay, found.entry)
    replay.emissions.live(found.entry.seq)
    return { kind: 'again' }
  }
  if (policy === 'live') return runTool(started, found)
  if (!found) return miss(started, query)
  return policy === 'compare' ? runTool(started, found, found.entry) : serve(started, found, query)
}

function serve(
  started: StartedCall,
  { entry, tier }: NonNullable<Found>,
  query: CallQuery,
): CallAnswer {
  const { session } = started.scope
  const replay = replayStateOf(session)
  const { usage, costUsd } = entry.event
  const fault = faultOf(entry.event)
  if (fault) return refuseUnservable(started, entry, fault)
  for (const below of replay.cassette.cover(entry)) skipTicks(replay, below)
  replay.report.served(entry, tier, query)
  replay.emissions.served(entry.seq)
  session.config.stats.served++
  noteMoment(session, entry.event, 0)
  noteAttempt(session, entry, failureOf(started, entry))
  addUsage(session.totals, usage, costUsd)
  const isPending = entry.event.state === 'pending'
  const keep = session.record.parent !== undefined && !isPending
  if (!keep) noteServed(started, entry, tier)
  return { kind: 'served', found: entry, keep: keep ? { seq: entry.event.seq, tier } : undefined }
}

function failureOf({ options }: StartedCall, { event }: Entry): Failure | undefined {
  const outcome = outcomeOf(event) ?? {}
  const hasFailed = event.state === 'error' || event.state === 'aborted'
  if (!hasFailed && options.isFailure?.(outcome) !== true) return undefined
  return { retryAfterMs: options.retryAfterMs?.(outcome) }
}

/** Why a recording cannot be served, if it cannot. */
function faultOf(event: OpenedEvent): string | undefined {
  const { state, withheld } = event
  if (withheld !== undefined) return withheld
  const { value, error, stream } = outcomeOf(event) ?? {}
  if (stream?.truncated) return 'the recording of its stream was cut off'
  if (stream || state === 'pending') return undefined
  // Without these a failure would look like a call that gave nothing. One that is told as data has a value.
  if (value !== undefined || (error !== undefined && state !== 'ok')) return undefined
  return state === 'ok'
    ? 'its answer is not in the recording'
    : 'it failed, and its error is not in the recording'
}

function miss(started: StartedCall, query: CallQuery): CallAnswer {
  const { session } = started.scope
  const replay = replayStateOf(session)
  const { onMiss } = replay.options
  if (isPastCut(replay)) return diverge(started)
  if (onMiss === 'live-after') replay.livePaths.push(query.path)
  if (onMiss !== 'error') return diverge(started)
  session.config.stats.misses++
  const { error: miss, nearest } = createMiss(session, replay, query)
  const error = failSession(session, miss)
  replay.report.missed(query, nearest)
  return { kind: 'refused', error }
}

function refuseUnservable(started: StartedCall, { event }: Entry, fault: string): CallAnswer {
  const { session } = started.scope
  const error = new ReplayNoSnapshotsError(
    `Call ${event.seq} (${event.kind} ${event.name}) of session ${replaySource(session)} cannot be served: ${fault}.`,
    { session: replaySource(session), seq: event.seq },
  )
  return { kind: 'refused', error: failSession(session, error) }
}

// The recording of a tool that runs for real is taken all the same, so that it is not left over;
// what was recorded beneath it is served to the calls that the tool makes.
function runTool(started: StartedCall, found: Found, compare?: Entry): CallAnswer {
  const replay = replayStateOf(started.scope.session)
  releaseTimers(started, replay)
  if (found) {
    skipTicks(replay, found.entry)
    replay.emissions.live(found.entry.seq)
  }
  replay.report.live(started.event)
  // The report shows it beside that of now.
  if (compare) requestOf(compare.event)
  return { kind: 'live', ...(compare ? { compare } : {}) }
}

function diverge(started: StartedCall): CallAnswer {
  const replay = replayStateOf(started.scope.session)
  replay.diverged = true
  releaseTimers(started, replay)
  replay.report.live(started.event)
  return { kind: 'live' }
}

// What runs for real takes its time, and so do the timers that it races with.
function releaseTimers({ scope }: StartedCall, { order }: ReplayState): void {
  scope.session.virtual?.timers?.release((tick) => order.skip(tick))
}

function toQuery({ event, request, scope, options }: StartedCall): CallQuery {
  const { kind, name, op, path, ord, key } = event
  return {
    kind,
    name,
    op,
    path,
    place: scope.frame.place,
    ord,
    key,
    request,
    fp: lazily(() => fingerprintOf(event)),
    text: lazily(() => JSON.stringify(request ?? null)),
    missHint: options.missHint,
  }
}

function toolPolicy({ options: { tools } }: ReplayState, options: CallOptions): ToolPolicy {
  const { kind, name, policy = 'serve' } = options
  if (kind !== 'tool') return 'serve'
  if (typeof tools === 'string') return tools
  return (Object.hasOwn(tools, name) ? tools[name] : undefined) ?? policy
}

function isOnLivePath({ livePaths }: ReplayState, path: string): boolean {
  return livePaths.some((live) => path === live || path.startsWith(`${live} > `) || live === '')
}

/** Whether a fork is past its cut: it has gone its own way, or all it could be served has been. */
export function isPastCut({ options, diverged, cassette }: ReplayState): boolean {
  if (options.until === undefined) return false
  return diverged || cassette.leftovers().length === 0
}

function skipTicks({ order }: ReplayState, entry: Entry): void {
  eachTickSpan(entry, (first, count) => {
    for (let tick = first; tick < first + count; tick++) order.skip(tick)
  })
}

// A replay does not copy the answers it serves: its log names the entries, which lie in the replayed session.
function noteServed({ scope, event }: StartedCall, entry: Entry, tier: MatchTier): void {
  const { model, provider, usage, costUsd, state } = entry.event
  // What was asked stands in the replayed session, unless it was another question.
  const isOther = tier === 'drifted' || tier === 'position'
  holdServed(scope.session, {
    ...event,
    ...(isOther ? {} : { request: undefined, fp: entry.event.fp }),
    model,
    provider,
    usage,
    costUsd,
    state,
    served: { seq: entry.event.seq, tier },
  })
}
