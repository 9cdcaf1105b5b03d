import type { SessionData } from '@retake/core'
import type { Context } from '../context.ts'
import { formatRun } from '../replay/format-run.ts'
import { replaySession } from '../replay/replay-session.ts'
import type { ReplayRun } from '../replay/run-replay.ts'
import type { Server } from '../server/server-options.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** A fork of a session. */
export interface ForkResult {
  readonly session: string
  /** The session that came of it. */
  readonly fork: string
  /** The last event that was served. */
  readonly until: number
  readonly run: ReplayRun
}

/** Replays a session up to an event, and lets the rest be made for real. */
export async function forkSession(
  context: Context,
  data: SessionData,
  { server, until }: { readonly server: Server; readonly until: number },
): Promise<ForkResult> {
  const parameters = { until, onMiss: 'live' } as const
  const { runs } = await replaySession(context, data, { server, parameters })
  const [run] = runs as readonly [ReplayRun]
  return { session: data.session.id, fork: run.replay, until, run }
}

/** A fork, for people. */
export function formatFork({ session, fork, until, run }: ForkResult, terminal: Terminal): string {
  const lines = [`fork ${fork} of ${session}, live after event ${until}`, formatRun(run, terminal)]
  const hint = terminal.paint('dim', `  retake diff ${session} ${fork}`)
  return (run.problem === undefined ? [...lines, hint] : lines).join('\n')
}
