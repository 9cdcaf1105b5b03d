import type { Difference, OutboundResponse, ReplayReport, SessionData } from '@retake/core'
import {
  type CompareOptions,
  examineAnswers,
  replayProblem,
  type ReplayProblem,
  type ResendableRequest,
} from '@retake/http/resend'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { endedReplay, reportOf } from '../server/replay-report.ts'
import { type ReplayParameters, sendReplay } from '../server/send-replay.ts'
import type { Server } from '../server/server-options.ts'

/** How a replay went, beside the recording. `unverified`: nothing differs, but not all of the answer could be compared. */
export type ReplayVerdict = 'same' | 'unverified' | 'differs' | 'miss'

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
  /** Whether all of the answer could be compared with the recorded one. */
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
  const report = await reportOf(replayed)
  const status = report?.status ?? said
  const { response: recorded } = data.session
  // The body as the server kept it has been through the same redaction as the recorded one. Headers may have been added
  // after it was kept.
  const { status: _status, headers: _headers, ...kept } = replayed?.session.response ?? answer
  const now = { status: answer.status, headers: answer.headers, ...kept }
  const problem = replayProblem(answer)
  const isForked = report !== undefined && report.answer === undefined && report.live.length > 0
  const { differences, isCompared } =
    recorded && !problem && !isForked
      ? (comparisonOf(report) ??
        compareHere(recorded, now, { ...parameters, ids: [data.session.id, id] }))
      : { differences: [], isCompared: false }
  return {
    replay: id,
    verdict: problem
      ? 'miss'
      : verdictOf(status, { differences, isCompared: isCompared || isForked }),
    status,
    httpStatus: answer.status,
    ms: Math.round(ms),
    differences,
    isCompared,
    ...(problem && { problem }),
    ...(report && { report }),
  }
}

/** The exit code of several runs: that of the worst. */
export function exitCodeOfRuns(runs: readonly ReplayRun[]): ExitCode {
  if (runs.some(({ verdict }) => verdict === 'miss')) return EXIT.miss
  return runs.some(({ verdict }) => verdict !== 'same') ? EXIT.differs : EXIT.same
}

type ComparedAnswer = Pick<ReplayRun, 'differences' | 'isCompared'>

// The server knows what its app never has compared, and what it removes.
function comparisonOf(report: ReplayReport | undefined): ComparedAnswer | undefined {
  if (report?.answer === undefined) return undefined
  const { differences, notCompared } = report.answer
  return { differences, isCompared: notCompared.length === 0 }
}

function compareHere(
  recorded: OutboundResponse,
  now: OutboundResponse,
  { ignore = [], ids }: ReplayParameters & Pick<CompareOptions, 'ids'>,
): ComparedAnswer {
  const options = { ignore, ...(ids && { ids }) }
  const { differences, notCompared } = examineAnswers(recorded, now, options)
  return { differences, isCompared: notCompared.length === 0 }
}

function verdictOf(status: string, { differences, isCompared }: ComparedAnswer): ReplayVerdict {
  if (/\b(?:miss|leftover)=|\berror=/.test(status)) return 'miss'
  if (differences.length > 0 || /\b(?:drift=|refused=|differs)/.test(status)) return 'differs'
  return isCompared ? 'same' : 'unverified'
}
