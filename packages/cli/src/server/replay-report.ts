import { setTimeout as delay } from 'node:timers/promises'
import type { ReplayReport, SessionData, Store } from '@retake/core'
import { decode } from '@retake/format'

const LONGEST_MS = 5_000
const EVERY_MS = 25

/**
 * The session of a replay, once it has ended: a server writes it a moment after its answer.
 *
 * @returns `undefined` where the server keeps its sessions somewhere else.
 */
export async function endedReplay(store: Store, id: string): Promise<SessionData | undefined> {
  const startedAt = performance.now()
  for (;;) {
    const data = id === '' ? undefined : await store.load(id)
    if (data?.end || performance.now() - startedAt > LONGEST_MS) return data
    if (data === undefined && performance.now() - startedAt > LONGEST_MS / 10) return undefined
    await delay(EVERY_MS)
  }
}

/**
 * The report that is kept with a replay.
 *
 * @throws {RetakeError} `REPLAY_INVALID_SESSION` when it is none.
 */
export async function reportOf(data: SessionData | undefined): Promise<ReplayReport | undefined> {
  const report = data?.end?.report
  if (report === undefined) return undefined
  // What checks it takes longer to load than most commands take.
  const { readReport } = await import('./stored-report.ts')
  return readReport(decode(report), data?.session.id ?? '')
}
