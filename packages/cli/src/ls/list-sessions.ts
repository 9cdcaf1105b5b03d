import type { ListOptions, SessionSummary } from '@retake/core'
import { type Context, requireDirectory } from '../context.ts'
import { createProgress } from '../terminal/progress.ts'

/** Sessions that are shown where nobody says how many. */
export const DEFAULT_LIMIT = 50

/** The newest sessions that the filters let through. Shows how far it is while an index is made. */
export async function listSessions(
  context: Context,
  filters: ListOptions,
): Promise<readonly SessionSummary[]> {
  requireDirectory(context)
  const progress = createProgress('reading sessions:')
  try {
    const onProgress = (done: number, total: number) => progress.update(done, total)
    return await context.store.list({ limit: DEFAULT_LIMIT, ...filters, onProgress })
  } finally {
    progress.stop()
  }
}
