import type { CallOptions } from '../seam/call.ts'
import { canonical } from '../codec/canonical.ts'
import { delay } from '../clock.ts'
import { decode } from '../codec/codec.ts'
import { entryTicks, type Entry } from './cassette.ts'
import { ReplayNoSnapshotsError, type RetakeError } from '../errors.ts'
import type { Encoded, Outcome, StreamOutcome } from '../event.ts'
import type { CallQuery, MatchTier } from './match.ts'
import { createMiss } from './miss.ts'
import type { StartedCall } from '../seam/recording.ts'
import type { ReplayState, ToolPolicy } from './replay-state.ts'
import { placeOf } from '../session/scope.ts'
import { append, failSession, retain } from '../session/session.ts'
import type { SessionState } from '../session/session-state.ts'
import { differences } from './similarity.ts'
import {
  awaitAbort,
  onAbort,
  playIterable,
  playStream,
  untilAborted,
  type Tape,
} from '../seam/stream.ts'
import { createTickReader } from '../seam/ticks.ts'
import { addUsage } from '../session/totals.ts'

/** What a replay does with a call. */
export type Decision =
  | { readonly kind: 'refused'; readonly error: RetakeError }
  /** Run it again, as the code around it runs again. */
  | { readonly kind: 'again' }
  /** Run it for real, and compare its outcome with the recording where one is given. */
  | { readonly kind: 'live'; readonly compare?: Entry }
  /** Hand out a recorded outcome. `keep`: also write it to this session. */
  | {
      readonly kind: 'served'
      readonly entry: Entry
      readonly tier: MatchTier
      readonly keep: boolean
    }

type Found = { readonly entry: Entry; readonly tier: MatchTier } | undefined

/** Decides on a call, and takes its recording. Synchronous and atomic. */
export function decideCall(started: StartedCall): Decision {
  const { session } = started.scope
  const replay = replayOf(session)
  if (session.failure) return { kind: 'refused', error: session.failure }
  const query = toQuery(started)
  if (isOnLivePath(replay, query.path)) return diverge(started)
  const policy = toolPolicy(replay, started.options)
  const found = replay.cassette.take(query, replay.options.match)
  if (found && started.options.runsAgain?.(found.entry.event.outcome ?? {})) {
    skipTicks(replay, found.entry)
    return { kind: 'again' }
  }
  if (policy === 'live') return runTool(started, found)
  if (!found) return miss(started, query)
  return policy === 'compare' ? runTool(started, found, found.entry) : serve(started, found, query)
}

/** Hands out a recorded outcome in the shape in which it came: a value, a promise, or a stream. */
export function play(started: StartedCall, entry: Entry): unknown {
  const { options, scope } = started
  const { outcome, state } = entry.event
  if (outcome === undefined || state === 'pending') return neverSettles(options.signal)
  if (outcome.stream) return openStream(started, entry, outcome.stream)
  if (outcome.sync) return settle(options, outcome.value, outcome.error)
  return hold(scope.session, deliver(started, entry))
}

/** Tells the report when a tool that ran for real gave another outcome than the recorded one. */
export function compareOutcome({ scope, event }: StartedCall, entry: Entry, now: Outcome): void {
  const { config } = scope.session
  const redacted = config.redactor.value(comparable(now)).value
  const recorded = comparable(entry.event.outcome ?? {})
  if (canonical(redacted) === canonical(recorded)) return
  replayOf(scope.session).report.diverged(event, entry, differences(recorded, redacted))
}

function comparable({ value = null, error = null, stream }: Outcome): Encoded {
  return { value, error, parts: stream?.parts ?? [] }
}

function serve(
  started: StartedCall,
  { entry, tier }: NonNullable<Found>,
  query: CallQuery,
): Decision {
  const { session } = started.scope
  const replay = replayOf(session)
  const { outcome, withheld, usage, costUsd } = entry.event
  const fault =
    withheld ?? (outcome?.stream?.truncated && 'the recording of its stream was cut off')
  if (fault) return refuseUnservable(started, entry, fault)
  for (const below of replay.cassette.cover(entry)) skipTicks(replay, below)
  replay.report.served(entry, tier, query)
  session.config.stats.served++
  addUsage(session.totals, usage, costUsd)
  const isPending = entry.event.state === 'pending'
  const keep = session.record.parent !== undefined && !isPending
  if (!keep) noteServed(started, entry, tier)
  return { kind: 'served', entry, tier, keep }
}

function miss(started: StartedCall, query: CallQuery): Decision {
  const { session } = started.scope
  const replay = replayOf(session)
  const { onMiss } = replay.options
  if (isPastCut(replay)) return diverge(started)
  if (onMiss === 'live-after') replay.livePaths.push(query.path)
  if (onMiss !== 'error') return diverge(started)
  session.config.stats.misses++
  const error = failSession(session, createMiss(session, replay, query))
  replay.report.missed(query, error)
  return { kind: 'refused', error }
}

function refuseUnservable(started: StartedCall, { event }: Entry, fault: string): Decision {
  const { session } = started.scope
  const error = new ReplayNoSnapshotsError(
    `Call ${event.seq} (${event.kind} ${event.name}) of session ${replaySource(session)} cannot be served: ${fault}.`,
    { session: replaySource(session), seq: event.seq },
  )
  return { kind: 'refused', error: failSession(session, error) }
}

// The recording of a tool that runs for real is taken all the same, so that it is not left over;
// what was recorded beneath it is served to the calls that the tool makes.
function runTool(started: StartedCall, found: Found, compare?: Entry): Decision {
  const replay = replayOf(started.scope.session)
  if (found) skipTicks(replay, found.entry)
  replay.report.live(started.event)
  return { kind: 'live', ...(compare ? { compare } : {}) }
}

function diverge(started: StartedCall): Decision {
  const replay = replayOf(started.scope.session)
  replay.diverged = true
  replay.report.live(started.event)
  return { kind: 'live' }
}

function toQuery({ event, request, scope }: StartedCall): CallQuery {
  const { kind, name, op, path, ord, key, fp = '' } = event
  return {
    kind,
    name,
    ...(op ? { op } : {}),
    path,
    place: scope.frame.place || placeOf(path),
    ord,
    ...(key === undefined ? {} : { key }),
    fp,
    ...(request === undefined ? {} : { request }),
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

// A fork is past its cut when it has gone its own way, or when all it could be served has been.
function isPastCut({ options, diverged, cassette }: ReplayState): boolean {
  if (options.until === undefined) return false
  return diverged || cassette.leftovers().length === 0
}

function skipTicks({ order }: ReplayState, entry: Entry): void {
  for (const tick of entryTicks(entry)) order.skip(tick)
}

// A replay does not copy the answers it serves: its log names the entries, which lie in the replayed session.
function noteServed({ scope, event }: StartedCall, entry: Entry, tier: MatchTier): void {
  const { model, provider, usage, costUsd, state } = entry.event
  append(scope.session, {
    ...event,
    request: undefined,
    model,
    provider,
    usage,
    costUsd,
    state,
    served: { seq: entry.event.seq, tier },
  })
}

async function deliver({ scope, options }: StartedCall, entry: Entry): Promise<unknown> {
  const { order, options: replayOptions } = replayOf(scope.session)
  const { done = 0, state, outcome = {} } = entry.event
  const { signal } = options
  if (signal?.aborted) order.skip(done)
  try {
    signal?.throwIfAborted()
    await untilAborted(order.turn(done), signal)
    if (state === 'aborted') await awaitAbort(signal, replayOptions.abortGraceMs)
  } catch (reason) {
    // What the caller was given for its abort is on the record, where it aborted then too.
    if (state !== 'aborted') throw reason
  }
  return settle(options, outcome.value, outcome.error)
}

function settle(
  options: CallOptions,
  value: Encoded | undefined,
  error: Encoded | undefined,
): unknown {
  if (error === undefined) return value === undefined ? undefined : decode(value)
  const revived = decode(error)
  throw options.reviveError ? options.reviveError(revived) : revived
}

function openStream(started: StartedCall, entry: Entry, recorded: StreamOutcome): unknown {
  const { options, scope } = started
  const tape = createTape(started, recorded)
  const { sync, value } = entry.event.outcome ?? {}
  const player = recorded.iterable
    ? playIterable(tape, options.signal)
    : playStream(tape, options.signal)
  if (sync) return player
  const open = async () => {
    await untilAborted(tape.open(), options.signal)
    return value === undefined ? player : { ...(decode(value) as object), stream: player }
  }
  return hold(scope.session, open())
}

interface RecordedTape extends Tape<unknown> {
  open(): Promise<void>
}

function createTape({ scope, options }: StartedCall, recorded: StreamOutcome): RecordedTape {
  const { session } = scope
  const replay = replayOf(session)
  const { order, options: replayOptions } = replay
  const { parts, end } = recorded
  const tickOf = createTickReader(recorded)
  const settled = retain(session)
  let forget = () => {}

  function release(): void {
    forget()
    settled()
  }

  async function turn(moment: number): Promise<void> {
    await order.turn(tickOf(moment) ?? 0)
  }

  async function part(index: number): Promise<IteratorResult<unknown>> {
    if (index > 0 || replayOptions.timing !== 'instant')
      await pace(recorded, index, replayOptions.timing)
    await turn(index + 1)
    const encoded = parts[index]
    // A stream that its reader gave up is over with its last part: nobody will ask for more.
    if (index + 1 >= parts.length && (encoded === undefined || isCutOff(recorded))) release()
    if (encoded !== undefined) return { done: false, value: decode(encoded) }
    if (end === 'complete') return { done: true, value: undefined }
    if (end === 'error') return Promise.reject(revive(options, recorded.error))
    return cutOff(recorded)
  }

  // An aborted recording must not simply end, or a cut-off answer would look like a whole one.
  async function cutOff({ end: how }: StreamOutcome): Promise<never> {
    await awaitAbort(options.signal, replayOptions.abortGraceMs)
    if (how === 'abandoned' && (await isOverWithin(session, replayOptions.abortGraceMs))) {
      return neverSettles(options.signal)
    }
    throw failSession(
      session,
      new ReplayNoSnapshotsError(
        `The recorded stream of ${options.kind} ${options.name} ends after ${parts.length} parts, because it was ${how}. Record the session again to read on.`,
        { session: replaySource(session), parts: parts.length, end: how },
      ),
    )
  }

  function stop(): void {
    for (const tick of remainingTicks(recorded)) order.skip(tick)
    release()
  }

  // Nothing is handed out after an abort, and not every reader says that it has gone.
  forget = onAbort(options.signal, stop)
  return { length: parts.length, part, stop, open: () => turn(0) }
}

function isCutOff({ end }: StreamOutcome): boolean {
  return end !== 'complete' && end !== 'error'
}

function* remainingTicks(recorded: StreamOutcome): Generator<number> {
  const tickOf = createTickReader(recorded)
  for (let moment = 0; moment <= recorded.parts.length + 1; moment++) {
    const tick = tickOf(moment)
    if (tick !== undefined) yield tick
  }
}

async function pace(
  { ms = [] }: StreamOutcome,
  index: number,
  timing: 'instant' | 'recorded' | number,
): Promise<void> {
  if (timing === 'instant') return
  const pause = (ms[index] ?? 0) - (ms[index - 1] ?? 0)
  const factor = timing === 'recorded' ? 1 : timing
  if (pause > 0) await delay(pause * factor)
}

function revive({ reviveError }: CallOptions, error: Encoded | undefined): unknown {
  const revived = error === undefined ? new Error('The recorded stream failed.') : decode(error)
  return reviveError ? reviveError(revived) : revived
}

// An abandoned stream was still being read when its session was over. So it is in a replay, whose
// function may have to do some more before it returns.
async function isOverWithin(session: SessionState, graceMs: number): Promise<boolean> {
  if (session.over === undefined) await delay(graceMs)
  return session.over !== undefined
}

// The loser of a race: it stays as it was recorded, in flight, unless its caller aborts it.
function neverSettles(signal: AbortSignal | undefined): Promise<never> {
  return untilAborted(new Promise<never>(() => {}), signal)
}

function hold<T>(session: SessionState, promise: Promise<T>): Promise<T> {
  const release = retain(session)
  promise.then(release, release)
  return promise
}

function replayOf(session: SessionState): ReplayState {
  if (session.replay === undefined) throw new TypeError('Not a replay.')
  return session.replay
}

function replaySource(session: SessionState): string {
  return session.record.replayOf ?? session.record.id
}
