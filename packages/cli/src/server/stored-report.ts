import { RetakeError, type ReplayReport } from '@retake/core'
import { z } from 'zod'

const count = z.number().default(0)
const text = z.string().optional()
const difference = z.looseObject({ path: z.string(), recorded: text, now: text, madeAnew: text })
const called = z.looseObject({ kind: z.string(), name: z.string() })
const call = z.looseObject({ ...called.shape, seq: z.number(), path: z.string() })
const near = z.looseObject({
  seq: z.number(),
  name: z.string(),
  likeness: z.number(),
  used: z.boolean(),
  differences: z.array(difference),
})
const calls = z.array(call).default([])

// What other versions have written as well, as far as it is read here.
const storedReport = z.looseObject({
  session: z.string(),
  replayOf: z.string(),
  match: z.string(),
  status: z.string(),
  answer: z
    .looseObject({
      differences: z.array(difference),
      notCompared: z.array(z.looseObject({ path: z.string(), why: z.string() })).default([]),
      redacted: z.array(z.string()).default([]),
      served: z.array(called).default([]),
    })
    .optional(),
  served: count,
  exact: count,
  reordered: count,
  relocated: count,
  drifted: z
    .array(
      z.looseObject({
        ...call.shape,
        tier: z.string(),
        likeness: z.number(),
        differences: z.array(difference),
      }),
    )
    .default([]),
  missed: z.array(z.looseObject({ ...call.shape, nearest: z.array(near) })).default([]),
  leftover: calls,
  pending: count,
  live: calls,
  muted: z.array(call).optional(),
  released: count,
  redacted: count,
  overtook: z
    .array(z.looseObject({ ...call.shape, ms: z.number(), timerMs: z.number() }))
    .optional(),
  dry: count,
  late: count,
  refused: z.number().optional(),
  saved: z
    .looseObject({ tokens: count, costUsd: count, ms: count })
    .default({ tokens: 0, costUsd: 0, ms: 0 }),
})

/**
 * Reads the report that is kept with a replay, which may come from anywhere.
 *
 * @throws {RetakeError} `REPLAY_INVALID_SESSION` when it is none.
 */
export function readReport(value: unknown, session: string): ReplayReport {
  const read = storedReport.safeParse(value)
  if (read.success) return read.data as unknown as ReplayReport
  const [issue] = read.error.issues
  const where = issue?.path.join('.') ?? ''
  throw new RetakeError(
    'REPLAY_INVALID_SESSION',
    `The report of replay ${session} cannot be read: ${where === '' ? 'it' : where} is no part of one.`,
    { session },
  )
}
