import { type SessionData, type VirtualRecord, type VirtualKind, wallMs } from '@retake/format'
import { createDraws, type Draws, newDrawSeed } from './draws.ts'
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
  /** Readings of the clock that were not on record, and gave the real time. */
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
    /** Counts readings of the clock that were not on record, and gave the real time. */
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
    dry: 0,
    now(path) {
      const ms = wallMs()
      times.note(path, ms)
      return ms
    },
    unwritten: createWriter(header, times),
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

  function realNow(): number {
    dry++
    stats.dry++
    return wallMs()
  }

  return {
    ...createDraws(seed),
    globals,
    drawsRandom,
    get dry() {
      return dry
    },
    now(path) {
      const ms = read(path) ?? realNow()
      if (isFork) given.note(path, ms)
      return ms
    },
    unwritten: isFork ? createWriter(header, given) : () => undefined,
  }
}

function createWriter(
  header: VirtualRecord,
  recorder: TimesRecorder,
): () => VirtualRecord | undefined {
  let isBegun = false
  return () => {
    const times = recorder.take()
    if (isBegun) return times && { type: 'virtual', times }
    isBegun = true
    return times ? { ...header, times } : header
  }
}
