import { z } from 'zod'
import { sessionSummary } from './records.ts'

/** Of `retake ls`. With `--follow` each line is one session. */
export const ls: z.ZodType = z
  .object({ sessions: z.array(sessionSummary).describe('the newest first') })
  .describe('With --follow, each line is one of the sessions.')
