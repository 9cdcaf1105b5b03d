import type { ReplayReport, SessionData } from '@retake/core'
import type { Context } from '../context.ts'
import { EXIT } from '../exit-codes.ts'
import { CommandError } from '../failure.ts'
import { reportOf } from '../server/replay-report.ts'

const MAX_REPLAYS = 200

/** A replay with its report, and the session that it replayed. */
export interface FoundReplay {
  readonly source: SessionData
  readonly replayed: SessionData
  readonly report: ReplayReport
}

/**
 * The replay that a session is explained by: itself where it is one, else the newest of its replays that did not
 * go as recorded, or the newest of all.
 *
 * @returns `undefined` where it has none.
 */
export async function findReplay(
  context: Context,
  data: SessionData,
): Promise<FoundReplay | undefined> {
  const { id, replayOf } = data.session
  if (replayOf !== undefined) {
    const report = await reportOf(data)
    if (report === undefined) throw unreported(id)
    return { source: await loadSource(context, replayOf), replayed: data, report }
  }
  const replays = await replaysOf(context, id)
  const failed = replays.find(({ report }) => isOff(report)) ?? replays[0]
  return failed && { source: data, ...failed }
}

async function replaysOf(
  { store }: Context,
  id: string,
): Promise<readonly Pick<FoundReplay, 'replayed' | 'report'>[]> {
  const listed = await store.list({ isReplay: true, limit: Number.POSITIVE_INFINITY })
  const found: Pick<FoundReplay, 'replayed' | 'report'>[] = []
  for (const { id: replay } of listed
    .filter(({ replayOf }) => replayOf === id)
    .slice(0, MAX_REPLAYS)) {
    const replayed = await store.load(replay)
    // One that is damaged explains nothing, and hides no other.
    const report = await reportOf(replayed).catch(() => undefined)
    if (!replayed || !report) continue
    found.push({ replayed, report })
    if (isOff(report)) break
  }
  return found
}

// A call that went live went so on purpose.
function isOff({ missed, drifted, leftover, answer }: ReplayReport): boolean {
  const differences = answer?.differences ?? []
  return missed.length + drifted.length + leftover.length + differences.length > 0
}

async function loadSource({ store, directory }: Context, id: string): Promise<SessionData> {
  const source = await store.load(id)
  if (source) return source
  throw new CommandError(
    'SESSION_NOT_FOUND',
    EXIT.notFound,
    `The session that was replayed, ${id}, is not in ${directory}.`,
  )
}

function unreported(id: string): CommandError {
  return new CommandError(
    'REPLAY_NOT_ENDED',
    EXIT.invalid,
    `The replay ${id} has no report: it has not ended, or its process died.`,
  )
}
