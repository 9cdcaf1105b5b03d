import { z } from 'zod'
import { difference, notCompared } from './parts.ts'

const explained = z.object({
  path: z.string(),
  recorded: z.string().optional(),
  now: z.string().optional(),
  origin: z.string().optional().describe('where what was recorded came from'),
  rule: z.string().optional().describe('what to do about a value that is another one each time'),
})

const finding = z.object({
  finding: z.enum(['miss', 'drift', 'leftover', 'timer']),
  kind: z.string(),
  name: z.string(),
  path: z.string(),
  recording: z.int().optional().describe('number of the event that it is about'),
  likeness: z.number().optional().describe('of the requests, from 0 to 1'),
  isUsed: z.boolean().optional().describe('the recording had been served already'),
  race: z
    .object({ callMs: z.number(), timerMs: z.number() })
    .optional()
    .describe('of a call that comes now before a timer which was over first, in milliseconds'),
  differences: z.array(explained),
})

/** Of `retake explain`. */
export const explain: z.ZodType = z.union([
  z.object({
    session: z.string(),
    replay: z.string(),
    status: z.string(),
    request: z.array(difference).describe('where the request itself was another one'),
    findings: z.array(finding).describe('the first one is where the run diverged'),
    answer: z
      .object({
        differences: z.array(difference),
        notCompared: z.array(notCompared),
        hints: z.array(z.string()).describe('why it may differ, and what to do about it'),
      })
      .optional()
      .describe('beside the recorded one; absent where the two were not compared'),
  }),
  z
    .object({
      session: z.string(),
      event: z.int(),
      kind: z.string(),
      name: z.string(),
      path: z.string(),
      ordinal: z.int(),
      fingerprint: z.string().optional(),
      volatile: z.array(z.object({ kind: z.string(), rule: z.string() })),
    })
    .describe('of an event that no replay has missed'),
])
