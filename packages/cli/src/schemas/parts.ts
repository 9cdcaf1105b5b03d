import { z } from 'zod'

/** A place at which two things differ. Values are JSON as text; absent where there is nothing on that side. */
export const difference: z.ZodType = z.object({
  path: z.string().describe('such as messages[1].content'),
  recorded: z.string().optional().describe('what was recorded, or came before'),
  now: z.string().optional().describe('what is now, or came after'),
  madeAnew: z.enum(['date', 'uuid', 'random']).optional().describe('what it looks like'),
})

/** A part of an answer that one side does not hold. */
export const notCompared: z.ZodType = z.object({ path: z.string(), why: z.string() })

const call = { kind: z.string(), name: z.string() }
const count = z.int().nonnegative()
const reported = z.looseObject({ seq: count, ...call, path: z.string() })

// As core reports it.
const report = z.looseObject({
  session: z.string().describe('of the replay'),
  replayOf: z.string(),
  match: z.string(),
  status: z.string().describe('"ok", or what to look at: "differs, leftover=2"'),
  answer: z
    .looseObject({
      differences: z.array(difference),
      notCompared: z.array(notCompared),
      redacted: z.array(z.string()).describe('equal, as far as is on record'),
      served: z.array(z.looseObject(call)).describe('functions of the app that did not run'),
    })
    .optional()
    .describe('beside the recorded one; absent where the two were not compared'),
  served: count,
  exact: count,
  reordered: count,
  relocated: count,
  drifted: z.array(reported),
  missed: z.array(reported),
  leftover: z.array(reported),
  pending: count,
  live: z.array(reported),
  released: count,
  redacted: count,
  overtook: z
    .array(reported)
    .optional()
    .describe('calls that come now before a timer which was over first'),
  dry: count,
  late: count,
  refused: count.optional(),
  saved: z.looseObject({ tokens: count, costUsd: z.number(), ms: count }),
})

/** One replay over HTTP. */
export const run: z.ZodType = z.object({
  replay: z.string().describe('the session of the replay'),
  verdict: z
    .enum(['same', 'unverified', 'differs', 'miss'])
    .describe('unverified: nothing differs, but not all of the answer could be compared'),
  status: z.string().describe('as X-Replay-Status'),
  httpStatus: z.int(),
  ms: z.number().describe('milliseconds'),
  differences: z.array(difference).describe('of the answer'),
  isCompared: z
    .boolean()
    .describe('whether all of the answer could be compared with the recorded one'),
  problem: z
    .object({ code: z.string(), detail: z.string() })
    .optional()
    .describe('what took the place of the answer, because the replay failed'),
  report: report.optional().describe('absent where the server keeps its sessions somewhere else'),
})
