import { isoTime, macrotask, startBackgroundTimer, stopTimer, wallMs } from '../clock.ts'
import type { Config, SessionOutline } from '../config.ts'
import { encode } from '../codec/codec.ts'
import { isEncodedObject, tagOf } from '../codec/tags.ts'
import { describeError as describe, type RetakeError } from '../errors.ts'
import type { EndRecord, EndState, Encoded, InboundRequest, SessionRecord } from '../event.ts'
import { newId, randomSeed } from '../ids.ts'
import type { ReplayState } from '../replay/replay-state.ts'
import { formatReport } from '../replay/report.ts'
import { append, noteStoreFailure } from './append.ts'
import { createBufferedLog } from './sampling.ts'
import type { OverReason, SessionState } from './session-state.ts'
import type { SessionLog } from '../store.ts'
import { writeAllHeld } from './starts.ts'
import { createTotals, snapshotTotals } from './totals.ts'

const DAY_MS = 86_400_000
// What a replay waits for is at hand; only calls that go live take their time.
const REPLAY_DRAIN_MS = 5_000

/** What a session is about. All of it is optional, and all but the name can be changed while it runs. */
export interface SessionOptions {
  /** Such as `POST /grade`, or the name of the job. */
  name?: string
  agent?: string
  goal?: string
  tags?: readonly string[]
  metadata?: Readonly<Record<string, unknown>>
}

export interface OpenOptions extends SessionOptions {
  /** An inherited id. By default a new one is made. */
  id?: string
  request?: InboundRequest
  replay?: ReplayState
  replayOf?: string
  /** Set when the replay may go live. */
  parent?: SessionRecord['parent']
  /** Seed of the replayed session, so that made-up ids come out the same. */
  seed?: number
}

/** Opens a session and writes its first record. Never throws: a store that fails is counted and warned of. */
export function openSession(config: Config, options: OpenOptions = {}): SessionState {
  const record = createRecord(config, options)
  const session: SessionState = {
    config,
    record,
    ...(options.replay ? { replay: options.replay } : {}),
    log: undefined,
    seq: 0,
    tick: 0,
    pending: 0,
    open: undefined,
    held: undefined,
    served: undefined,
    epoch: 0,
    totals: createTotals(),
    changes: undefined,
    over: undefined,
    settled: false,
    late: 0,
    lost: 0,
    endState: undefined,
    endReason: undefined,
    failure: undefined,
    drain: undefined,
    waiters: undefined,
    handle: undefined,
    random: undefined,
  }
  config.stats.sessions++
  if (options.replay) config.stats.replays++
  try {
    session.log = openLog(session)
  } catch (error) {
    config.stats.failures++
    noteStoreFailure(session, error)
  }
  return session
}

/** Runs our own work so that its failure never reaches the app: it is counted, and warned of once. */
export function guarded<T>(session: Pick<SessionState, 'config'>, work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    noteFailure(session, error)
    return undefined
  }
}

/** Counts a failure of our own, and warns of the first one. */
export function noteFailure({ config }: Pick<SessionState, 'config'>, error: unknown): void {
  config.stats.failures++
  config.warn('failure', `recording failed and goes on without: ${describe(error)}`)
}

/** Counts work that the end of the session waits for, until what is returned is called. */
export function retain(session: SessionState): () => void {
  const { epoch } = session
  let held = true
  session.pending++
  return () => {
    if (held && session.epoch === epoch) session.pending--
    held = false
    // A turn later, so that what the outcome leads to has started by then.
    if (session.over !== undefined) macrotask(() => settleIfDone(session))
  }
}

/** Notes that work has started; work that starts when the session has settled is late. */
export function noteStart(session: SessionState): void {
  if (!session.settled) return
  session.late++
  session.config.stats.late++
}

/** The response, or the session's function, is over. The session settles when nothing is pending. */
export function finishSession(session: SessionState, reason: OverReason): void {
  if (session.over !== undefined) return
  session.over = reason
  if (session.pending > 0) {
    session.drain = startBackgroundTimer(() => abandonOpen(session), drainMs(session))
  }
  settleIfDone(session)
}

/** Resolves when the session has settled and its end is written. */
export function whenSettled(session: SessionState): Promise<void> {
  if (session.settled) return Promise.resolve()
  return new Promise((resolve) => void (session.waiters ??= []).push(resolve))
}

/** Fails a replay for good. The first failure stays; later calls are refused with it. */
export function failSession(session: SessionState, error: RetakeError): RetakeError {
  session.failure ??= error
  return session.failure
}

/** How the session went, as far as is known now. */
function resolveEndState(session: SessionState): EndState {
  if (session.failure !== undefined || failsByLeftovers(session)) return 'failure'
  if (session.endState !== undefined) return session.endState
  if (session.over === 'error') return 'failure'
  return session.over === 'finished' ? 'success' : 'indeterminate'
}

/** Name, agent and tags as they are now. */
function outline({ record, changes }: SessionState): SessionOutline {
  const name = changes?.name ?? record.name
  const agent = changes?.agent ?? record.agent
  return {
    id: record.id,
    ...(name === undefined ? {} : { name }),
    ...(agent === undefined ? {} : { agent }),
    tags: changes?.tags ?? record.tags ?? [],
  }
}

/** Encodes and redacts what users attach to a session or an event. */
export function toStored(config: Config, value: unknown): Encoded {
  return config.redactor.value(encode(value, { onWithheld: () => void config.stats.withheld++ }))
    .value
}

// Only when all is over: until then, what nobody has asked for may still be asked for.
function failsByLeftovers({ replay, settled }: SessionState): boolean {
  return settled && replay?.options.onLeftover === 'error' && replay.cassette.leftovers().length > 0
}

function createRecord(config: Config, options: OpenOptions): SessionRecord {
  const startedMs = wallMs()
  const { name, agent, goal, tags, metadata, request, replayOf, parent } = options
  const { text } = config.redactor.session()
  return {
    v: 1,
    type: 'session',
    id: options.id ?? newId(),
    name: name && text(name),
    agent: agent && text(agent),
    goal: goal && text(goal),
    tags: tags?.map(text),
    metadata: metadata && storedMetadata(config, metadata),
    service: config.service,
    host: config.host,
    startedAt: isoTime(startedMs),
    capture: config.capture.level,
    seed: options.seed ?? randomSeed(),
    parent,
    replayOf,
    request,
    expiresAt: isoTime(startedMs + config.expiresAfterDays * DAY_MS),
  }
}

/** Metadata in the form in which it is stored. Redacted as a whole, since names tell what is a credential. */
export function storedMetadata(
  { redactor, stats }: Config,
  metadata: Readonly<Record<string, unknown>>,
): Readonly<Record<string, Encoded>> {
  const encoded = encode(metadata, { onWithheld: () => void stats.withheld++ })
  // What cannot be read as a whole has no names.
  const isPlain = isEncodedObject(encoded) && tagOf(encoded) === undefined
  return redactor.value(isPlain ? encoded : { metadata: encoded }).value as Record<string, Encoded>
}

function drainMs({ config, replay }: SessionState): number {
  return replay ? Math.min(config.drainMs, REPLAY_DRAIN_MS) : config.drainMs
}

function openLog(session: SessionState): SessionLog {
  const { config, record } = session
  // One that cannot be decided on is stored.
  if (guarded(session, () => config.sample(outline(session))) ?? true)
    return config.store.open(record)
  return createBufferedLog(() => config.store.open(record))
}

function settleIfDone(session: SessionState): void {
  if (session.over === undefined || session.pending > 0) return
  if (session.settled) return guarded(session, () => writeEnd(session))
  session.settled = true
  stopTimer(session.drain)
  // Nothing is pending: what is still open does not hold the session.
  for (const loose of session.open?.values() ?? []) loose.abandon()
  guarded(session, () => writeEnd(session))
  guarded(session, () => closeLog(session))
  for (const resolve of session.waiters?.splice(0) ?? []) resolve()
}

// What does not come to an end by itself is closed as it is: streams that nobody reads, calls that hang.
function abandonOpen(session: SessionState): void {
  for (const call of session.open?.values() ?? []) call.abandon()
  session.epoch++
  session.pending = 0
  settleIfDone(session)
}

function writeEnd(session: SessionState): void {
  const report = session.replay?.report.finish(session)
  // The message of an error of the app, which may hold anything.
  const reason = session.endReason ?? session.failure?.message
  const record: EndRecord = {
    type: 'end',
    status: 'completed',
    endState: resolveEndState(session),
    endReason: reason && session.config.redactor.text(reason),
    endedAt: isoTime(),
    totals: snapshotTotals(session.totals),
    ...(session.late > 0 ? { late: session.late } : {}),
    ...(session.lost > 0 ? { lost: session.lost } : {}),
    ...(report ? { report: toStored(session.config, report) } : {}),
  }
  writeAllHeld(session)
  append(session, record)
  if (report && report.status !== 'ok') session.config.log(formatReport(report))
}

function closeStored(session: SessionState): void {
  try {
    session.log?.close()
  } catch (error) {
    session.config.stats.dropped++
    noteStoreFailure(session, error)
  }
}

function closeLog(session: SessionState): void {
  const { config, record } = session
  const endState = resolveEndState(session)
  if (session.log && 'settle' in session.log) session.log.settle(endState === 'failure')
  closeStored(session)
  const kept = config.keep({
    ...outline(session),
    endState,
    totals: snapshotTotals(session.totals),
  })
  if (!kept) {
    config.store
      .remove(record.id)
      .catch((error: unknown) =>
        config.warn('remove', `session ${record.id} stays: ${describe(error)}`),
      )
  }
}
