import { type SessionData, type VirtualRecord, type VirtualKind, wallMs } from '@retake/format'
import { createDraws, type Draws, newDrawSeed } from './draws.ts'
import { recordTimers, replayTimers, type SessionTimers } from './session-timers.ts'
import {
  createTimerReader,
  createTimerRecorder,
  firingTicksOf,
  type TimerRecorder,
} from './timer-notes.ts'
import { createTimesReader, createTimesRecorder, type TimesRecorder } from './times.ts'

/**
 * Time and randomness of one session. The globals ask it in the scopes of the session, where they are virtual.
 *
 * @see docs/decisions/0048-virtual-time-and-randomness.md
 */
export interface SessionVirtual extends Draws {
  /** Which globals are virtual. In a replay, those that were so too when it was recorded. */
  readonly globals: ReadonlySet<VirtualKind>
  /** Whether `Math.random` was virtual when the session was recorded, even if it is not now. */
  readonly drawsRandom: boolean
  /** Present where timers are virtual. */
  readonly timers: SessionTimers | undefined
  /** Readings of the clock, and timers, that were not on record, and were real. */
  readonly dry: number
  now(path: string): number
  /** What is to be on the log before whatever may depend on it. */
  unwritten(): VirtualRecord | undefined
}

/** The options of an instance that it takes. */
export interface VirtualSettings {
  readonly virtualize: ReadonlySet<VirtualKind>
  /** Name of this service. */
  readonly service?: string
  readonly stats: {
    /** Counts readings of the clock, and timers, that were not on record, and were real. */
    dry: number
  }
}

/** What the process that replays has on record, of this request of another service where it answers one. */
export function ownVirtual(
  { virtual = [] }: SessionData,
  { service }: Pick<VirtualSettings, 'service'>,
  hop: string | undefined,
): VirtualRecord | undefined {
  const ofService = virtual.filter((record) => record.service === service)
  const own = ofService.find((record) => record.hop === hop)
  if (own !== undefined || hop !== undefined) return own
  return ofService[0] ?? (virtual.length === 1 ? virtual.find(({ writer }) => !writer) : undefined)
}

interface Recorded {
  readonly hop: string | undefined
  readonly startedMs: number
}

/** Time and randomness of a session that is recorded: the real ones, noted. */
export function recordVirtual(
  { virtualize, service }: VirtualSettings,
  { hop, startedMs }: Recorded,
): SessionVirtual {
  const seed = newDrawSeed()
  const times = createTimesRecorder(startedMs)
  const timers = virtualize.has('timers') ? createTimerRecorder() : undefined
  const header: VirtualRecord = {
    type: 'virtual',
    ...(service !== undefined && { service }),
    ...(hop !== undefined && { hop }),
    of: [...virtualize],
    seed,
    sinceMs: startedMs,
  }
  return {
    ...createDraws(seed),
    globals: virtualize,
    drawsRandom: virtualize.has('random'),
    timers: timers && recordTimers(timers),
    dry: 0,
    now(path) {
      const ms = wallMs()
      times.note(path, ms)
      return ms
    },
    unwritten: createWriter(header, times, timers),
  }
}

interface Replayed {
  readonly source: VirtualRecord
  /** It is kept as a session of its own. */
  readonly isFork: boolean
  readonly startedMs: number
}

/** Time and randomness of a replay: what is on record. */
export function replayVirtual(
  { virtualize, service, stats }: VirtualSettings,
  { source, isFork, startedMs }: Replayed,
): SessionVirtual {
  const { of = [], seed = '', sinceMs = 0, times = {} } = source
  const globals = new Set(of.filter((kind) => virtualize.has(kind)))
  const givenTimers = isFork && globals.has('timers') ? createTimerRecorder() : undefined
  const drawsRandom = of.includes('random')
  const given = createTimesRecorder(startedMs)
  const read = createTimesReader(sinceMs, times)
  const header: VirtualRecord = {
    type: 'virtual',
    ...(service !== undefined && { service }),
    of: of.filter((kind) => kind === 'random' || globals.has(kind)),
    seed,
    sinceMs: startedMs,
  }
  let dry = 0

  function countDry(): void {
    dry++
    stats.dry++
  }

  function realNow(): number {
    countDry()
    return wallMs()
  }

  return {
    ...createDraws(seed),
    globals,
    drawsRandom,
    timers: globals.has('timers')
      ? replayTimers({
          reader: createTimerReader(source),
          recorder: givenTimers,
          onExtra: countDry,
        })
      : undefined,
    get dry() {
      return dry
    },
    now(path) {
      const ms = read(path) ?? realNow()
      if (isFork) given.note(path, ms)
      return ms
    },
    unwritten: isFork ? createWriter(header, given, givenTimers) : () => undefined,
  }
}

function createWriter(
  header: VirtualRecord,
  recorder: TimesRecorder,
  timers: TimerRecorder | undefined,
): () => VirtualRecord | undefined {
  let isBegun = false
  return () => {
    const times = recorder.take()
    const noted = timers?.take()
    const news = times || noted ? { ...(times && { times }), ...noted } : undefined
    if (isBegun) return news && { type: 'virtual', ...news }
    isBegun = true
    return { ...header, ...news }
  }
}

/** The ticks by which timers fired that are virtual in a replay by this instance; `undefined` where they are real. */
export function firingTicks(
  { virtualize }: Pick<VirtualSettings, 'virtualize'>,
  source: VirtualRecord | undefined,
): Iterable<number> | undefined {
  if (source === undefined || !virtualize.has('timers') || !source.of?.includes('timers'))
    return undefined
  return firingTicksOf(source)
}
