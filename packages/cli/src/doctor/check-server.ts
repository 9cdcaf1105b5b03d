import type { Context } from '../context.ts'
import { probeGate } from '../server/probe-gate.ts'
import { fail, type Finding, ok } from './finding.ts'

/** Whether a server answers, and its gate is open. */
export async function checkServer(url: string, { environment }: Context): Promise<Finding> {
  const state = await probeGate(url, { key: environment.RETAKE_REPLAY_SECRET })
  if (state === 'open') return ok('server', `${url} replays`)
  if (state === 'unreachable') {
    return fail('server', `${url} does not answer`, 'Start it, or name where it listens.')
  }
  return fail(
    'server',
    `${url} answers, and does not replay`,
    'Start it with RETAKE_REPLAY_ENABLED=1, and see that the middleware stands before its routes.',
  )
}
