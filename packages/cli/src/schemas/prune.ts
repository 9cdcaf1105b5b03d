import { z } from 'zod'
import { endState } from './records.ts'

/** Of `retake prune`. */
export const prune: z.ZodType = z.object({
  dryRun: z.boolean().describe('nothing was removed'),
  sessions: z
    .array(
      z.object({
        id: z.string(),
        name: z.string().optional(),
        startedAt: z.iso.datetime(),
        endState,
        bytes: z.int(),
      }),
    )
    .describe('the oldest first'),
  bytes: z.int().describe('of all of them'),
  kept: z
    .object({ running: z.int(), failures: z.int(), unreadable: z.int() })
    .describe('how many stay, and why'),
})
