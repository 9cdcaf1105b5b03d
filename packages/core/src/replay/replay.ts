import { createCassette } from './cassette.ts'
import { checkReplayable } from './check-replayable.ts'
import {
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
import { createReport } from './report.ts'
import { shelvedSession } from './sessions-at-hand.ts'
import { openSession } from '../session/lifecycle.ts'
import type { OpenOptions } from '../session/session-options.ts'
import type { SessionState } from '../session/session-state.ts'
import { ownVirtual } from '../virtual/session-virtual.ts'
import type { ReplayOptions } from '../session/replay-options.ts'
import type { Config } from '../session/config.ts'

const MAX_CHAIN = 16

/**
 * Loads a session that can be replayed. The replay of a replay is a replay of what that one replayed.
 *
 * @throws {RetakeError} `REPLAY_SESSION_NOT_FOUND`, `REPLAY_SESSION_EXPIRED`, `REPLAY_NO_SNAPSHOTS` or
 * `REPLAY_INVALID_SESSION`.
 */
export async function loadReplayable(config: Config, id: string): Promise<SessionData> {
  const data = await loadRecorded(config, id)
  checkReplayable(data)
  return data
}

/** Like `loadReplayable`, but leaves it to the caller to check whether the session can be replayed. */
export async function loadRecorded(config: Config, id: string): Promise<SessionData> {
  let data = await load(config, id)
  for (let hops = 0; isPlainReplay(data.session); hops++) {
    if (hops === MAX_CHAIN) throw invalid(id, 'it is a replay of a replay without end')
    data = await load(config, data.session.replayOf)
  }
  return data
}

/** Opens a session that replays `data`. */
export function openReplay(
  config: Config,
  data: SessionData,
  options: ReplayOptions = {},
  about: OpenOptions = {},
): SessionState {
  const { session } = data
  const { options: shelvedOptions, store } = shelvedSession(session.id) ?? {}
  const resolved = { ...shelvedOptions, ...options }
  const { until } = resolved
  const forked = canGoLive(resolved)
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
    ...(forked ? { parent: { session: session.id, forkAt: until } } : {}),
  }
  const state = createReplayState(config, data, { ...resolved, hop: about.hop })
  return openSession(kept, opened, new Player(state))
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
  options: ReplayOptions & Pick<OpenOptions, 'hop'>,
): ReplayState {
  const { match = 'strict', until, stallMs = 50, hop } = options
  const report = createReport()
  const cassette = createCassette(data, {
    ...(config.service === undefined ? {} : { service: config.service }),
    ...(hop === undefined ? {} : { hop }),
    ...(until === undefined ? {} : { until }),
  })
  const order = createDeliveryOrder(cassette.spans(), {
    instant: cassette.instantTicks(),
    stallMs,
    onRelease: () => report.released(),
  })
  return {
    cassette,
    order,
    report,
    livePaths: [],
    failed: new Set(),
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
      ...(until === undefined ? {} : { until }),
      ...(options.advice === undefined ? {} : { advice: options.advice }),
    },
  }
}

// A replay that may go live is a session of its own, and keeps what it was served.
function canGoLive({ onMiss = 'error', until, tools = 'serve' }: ReplayOptions): boolean {
  const policies = typeof tools === 'string' ? [tools] : Object.values(tools)
  return onMiss !== 'error' || until !== undefined || policies.some((policy) => policy !== 'serve')
}

async function load(config: Config, id: string): Promise<SessionData> {
  const data = isSessionId(id)
    ? (shelvedSession(id)?.data ?? (await config.store.load(id)))
    : undefined
  if (data) return data
  throw new ReplaySessionNotFoundError(
    `There is no session ${isSessionId(id) ? id : 'of that id'} in ${config.store.name}. A request in which nothing was recorded leaves none, unless keepEmpty is set.`,
    isSessionId(id) ? { session: id } : {},
  )
}

function isPlainReplay(session: SessionRecord): session is SessionRecord & { replayOf: string } {
  return session.replayOf !== undefined && session.parent === undefined
}

function invalid(id: string, why: string): ReplayInvalidSessionError {
  return new ReplayInvalidSessionError(`Session ${id} cannot be replayed: ${why}.`, { session: id })
}
