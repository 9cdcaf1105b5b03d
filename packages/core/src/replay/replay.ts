import { createCassette } from './cassette.ts'
import {
  createIgnore,
  ReplayInvalidSessionError,
  ReplayLeftoverError,
  ReplaySessionNotFoundError,
  type SessionData,
  type SessionRecord,
  isSessionId,
} from '@retake/format'
import { createDeliveryOrder } from './order.ts'
import { Player } from './player.ts'
import { replayStateOf, type ReplayState } from './replay-state.ts'
import { createEmissionState } from './recorded-emissions.ts'
import { createReport } from './report.ts'
import { watchTimers } from './watch-timers.ts'
import { takeUnawaited } from './unawaited.ts'
import { shelvedSession, type ShelvedSession } from './sessions-at-hand.ts'
import { openSession } from '../session/lifecycle.ts'
import type { OpenOptions } from '../session/session-options.ts'
import type { SessionState } from '../session/session-state.ts'
import { firingTicks, ownVirtual } from '../virtual/session-virtual.ts'
import type { ReplayOptions } from '../session/replay-options.ts'
import type { Config } from '../session/config.ts'

const MAX_CHAIN = 16

/** A session that was found, with what its replays do where nothing else is said, and where they are kept. */
export type Recorded = ShelvedSession

/**
 * Finds a session by its id: at hand in this process, else in the store. The replay of a replay is a replay of what that
 * one replayed.
 *
 * Whether it can be replayed is for the caller to check.
 *
 * @throws {RetakeError} `REPLAY_SESSION_NOT_FOUND` or `REPLAY_INVALID_SESSION`.
 */
export async function findRecorded(config: Config, id: string): Promise<Recorded> {
  let found = await find(config, id)
  for (let hops = 0; isPlainReplay(found.data.session); hops++) {
    if (hops === MAX_CHAIN) throw invalid(id, 'it is a replay of a replay without end')
    found = await find(config, found.data.session.replayOf)
  }
  return found
}

/**
 * Opens a session that replays another one.
 *
 * @param options all that was said of the replay, what `recorded` says among it.
 * @see docs/decisions/0005-replays-name-their-answers.md
 */
export function openReplay(
  config: Config,
  { data, store }: Recorded,
  options: ReplayOptions,
  about: OpenOptions = {},
): SessionState {
  const { session } = data
  takeUnawaited()
  const virtual = ownVirtual(data, config, about.hop)
  const kept = store === undefined ? config : { ...config, store, log: () => {} }
  const opened: OpenOptions = {
    name: session.name,
    agent: session.agent,
    goal: session.goal,
    tags: session.tags,
    ...about,
    replayOf: session.id,
    seed: session.seed,
    ...(virtual && { virtual }),
    ...(canGoLive(options) && { parent: { session: session.id, forkAt: options.until } }),
  }
  const firings = firingTicks(config, virtual)
  const state = createReplayState(config, data, { ...options, hop: about.hop, firings })
  const replay = openSession(kept, opened, new Player(state))
  if (state.plainTimers) watchTimers(replay)
  return replay
}

/** The error for recordings that nobody asked for, when the policy makes it one. */
export function leftoverError(session: SessionState): ReplayLeftoverError | undefined {
  const { cassette, options } = replayStateOf(session)
  const { record } = session
  if (options.onLeftover !== 'error') return undefined
  const leftover = cassette.leftovers().map(({ event }) => event)
  if (leftover.length === 0) return undefined
  const listed = leftover.map(({ seq, kind, name }) => `${seq} ${kind} ${name}`)
  return new ReplayLeftoverError(
    `${leftover.length} of ${cassette.entries.length} recorded calls of session ${record.replayOf} were not asked for: ${listed.slice(0, 10).join(', ')}. The code makes fewer calls than when it was recorded. Record again, or set onLeftover to 'warn'.`,
    {
      session: record.replayOf,
      leftover: leftover.map(({ seq, kind, name, path }) => ({ seq, kind, name, path })),
    },
  )
}

function createReplayState(
  config: Config,
  data: SessionData,
  options: ReplayOptions &
    Pick<OpenOptions, 'hop'> & { readonly firings: Iterable<number> | undefined },
): ReplayState {
  const { match = 'strict', until, stallMs = 50, hop, firings } = options
  const report = createReport()
  const cassette = createCassette(data, {
    ...(config.service === undefined ? {} : { service: config.service }),
    ...(hop === undefined ? {} : { hop }),
    ...(until === undefined ? {} : { until }),
  })
  const fired = Array.from(firings ?? [], (tick) => [tick, 1] as const)
  const order = createDeliveryOrder([...cassette.spans(), ...fired], {
    instant: cassette.instantTicks(),
    stallMs,
    onRelease: () => report.released(),
  })
  const isPlain = firings === undefined && (options.timing ?? 'instant') === 'instant'
  return {
    cassette,
    order,
    report,
    emissions: createEmissionState(cassette.events, {
      stallMs,
      onDropped: () => report.released(),
    }),
    plainTimers: isPlain ? { running: [], last: data.session, lastMs: 0 } : undefined,
    source: data,
    ignore: createIgnore(options.ignore),
    livePaths: [],
    failed: new Map(),
    streams: new Set(),
    toldLeft: undefined,
    isCutShort: isCutShort(data),
    diverged: false,
    options: {
      match,
      onMiss: options.onMiss ?? 'error',
      onLeftover:
        options.onLeftover ?? (match === 'lenient' || until !== undefined ? 'warn' : 'error'),
      tools: options.tools ?? {},
      timing: options.timing ?? 'instant',
      stallMs,
      abortGraceMs: options.abortGraceMs ?? 100,
      ignore: options.ignore ?? [],
      ...(until === undefined ? {} : { until }),
      ...(options.advice === undefined ? {} : { advice: options.advice }),
    },
  }
}

function isCutShort({ session: { request, response }, end }: SessionData): boolean {
  const isWhole = response !== undefined && response.bodyWithheld === undefined
  return request !== undefined && end?.endState === 'indeterminate' && !isWhole
}

// A replay that may go live is a session of its own, and keeps what it was served.
function canGoLive({ onMiss = 'error', until, tools = 'serve' }: ReplayOptions): boolean {
  const policies = typeof tools === 'string' ? [tools] : Object.values(tools)
  return onMiss !== 'error' || until !== undefined || policies.some((policy) => policy !== 'serve')
}

async function find(config: Config, id: string): Promise<Recorded> {
  const isId = isSessionId(id)
  const shelved = isId ? shelvedSession(id) : undefined
  if (shelved) return shelved
  const data = isId ? await config.store.load(id) : undefined
  if (data) return { data }
  throw new ReplaySessionNotFoundError(
    `There is no session ${isId ? id : 'of that id'} in ${config.store.name}. A request in which nothing was recorded leaves none, unless keepEmpty is set.`,
    isId ? { session: id } : {},
  )
}

function isPlainReplay(session: SessionRecord): session is SessionRecord & { replayOf: string } {
  return session.replayOf !== undefined && session.parent === undefined
}

function invalid(id: string, why: string): ReplayInvalidSessionError {
  return new ReplayInvalidSessionError(`Session ${id} cannot be replayed: ${why}.`, { session: id })
}
