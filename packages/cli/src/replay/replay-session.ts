import type { SessionData } from '@retake/core'
import { resendableRequest } from '@retake/http/resend'
import type { Context } from '../context.ts'
import { type ReplayParameters, requireOpenGate } from '../server/send-replay.ts'
import type { Server } from '../server/server-options.ts'
import { type ReplayRun, runReplay } from './run-replay.ts'

/** Replays of a session over HTTP. */
export interface ReplayResult {
  readonly session: string
  readonly url: string
  readonly runs: readonly ReplayRun[]
}

interface ReplaySessionOptions {
  readonly server: Server
  readonly parameters: ReplayParameters
  /** @default 1 */
  readonly times?: number
  /** Make sure first that the server replays. @default true */
  readonly probe?: boolean
}

/** Replays a session on a server, once or several times, and compares each answer with the recorded one. */
export async function replaySession(
  context: Context,
  data: SessionData,
  { server, parameters, times = 1, probe = true }: ReplaySessionOptions,
): Promise<ReplayResult> {
  const request = resendableRequest(data)
  if (probe) await requireOpenGate(server, request)
  const runs: ReplayRun[] = []
  while (runs.length < times)
    runs.push(await runReplay(context, data, { server, request, parameters }))
  return { session: data.session.id, url: server.base, runs }
}
