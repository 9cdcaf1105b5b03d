import type { Difference, ReplayReport, SessionData } from '@retake/core'
import {
  compareAnswers,
  replayProblem,
  type ReplayProblem,
  type ResendableRequest,
} from '@retake/http/resend'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { endedReplay, reportOf } from '../server/replay-report.ts'
import { type ReplayParameters, sendReplay } from '../server/send-replay.ts'
import type { Server } from '../server/server-options.ts'

/** How a replay went, beside the recording. */
export type ReplayVerdict = 'same' | 'differs' | 'miss'

/** One replay over HTTP. */
export interface ReplayRun {
  /** The session of the replay. */
  readonly replay: string
  readonly verdict: ReplayVerdict
  /** What the server says of it: `ok`, `miss=1`, `drift=2, leftover=1`. */
  readonly status: string
  readonly httpStatus: number
  readonly ms: number
  /** Where the answer differs from the recorded one. */
  readonly differences: readonly Difference[]
  /** Whether there was a recorded answer to compare with. */
  readonly isCompared: boolean
  /** What took the place of the app's answer, because the replay failed. */
  readonly problem?: ReplayProblem
  /** Absent where the server keeps its sessions somewhere else. */
  readonly report?: ReplayReport
}

/** Replays a session on a server, and compares the answer with the recorded one. */
export async function runReplay(
  { store }: Context,
  data: SessionData,
  {
    server,
    request,
    parameters,
  }: {
    readonly server: Server
    /** That of the session, ready to be sent. */
    readonly request: ResendableRequest
    readonly parameters: ReplayParameters
  },
): Promise<ReplayRun> {
  const {
    id,
    answer,
    status: said,
    ms,
  } = await sendReplay(server, { session: data.session.id, request }, parameters)
  const replayed = await endedReplay(store, id)
  const report = reportOf(replayed)
  const status = report?.status ?? said
  const { response: recorded } = data.session
  // The body as the server kept it has been through the same redaction as the recorded one. Headers may have been added
  // after it was kept.
  const { status: _status, headers: _headers, ...kept } = replayed?.session.response ?? answer
  const now = { status: answer.status, headers: answer.headers, ...kept }
  const problem = replayProblem(answer)
  const differences = recorded && !problem ? compareAnswers(recorded, now) : []
  return {
    replay: id,
    verdict: problem ? 'miss' : verdictOf(status, differences),
    status,
    httpStatus: answer.status,
    ms: Math.round(ms),
    differences,
    isCompared: recorded !== undefined && recorded.bodyWithheld === undefined,
    ...(problem && { problem }),
    ...(report && { report }),
  }
}

/** The exit code of several runs: that of the worst. */
export function exitCodeOfRuns(runs: readonly ReplayRun[]): ExitCode {
  if (runs.some(({ verdict }) => verdict === 'miss')) return EXIT.miss
  return runs.some(({ verdict }) => verdict === 'differs') ? EXIT.differs : EXIT.same
}

function verdictOf(status: string, differences: readonly Difference[]): ReplayVerdict {
  if (/\b(?:miss|leftover)=|\berror=/.test(status)) return 'miss'
  return differences.length > 0 || /\b(?:drift|refused)=/.test(status) ? 'differs' : 'same'
}
