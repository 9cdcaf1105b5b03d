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

/** The report that is kept with a replay. */
export function reportOf(data: SessionData | undefined): ReplayReport | undefined {
  const report = data?.end?.report === undefined ? undefined : decode(data.end.report)
  // Written by core as it is; a damaged one is not shown.
  const isReport = typeof report === 'object' && report !== null && 'served' in report
  return isReport ? (report as ReplayReport) : undefined
}
