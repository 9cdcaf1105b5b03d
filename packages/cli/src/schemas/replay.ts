import { z } from 'zod'
import { run } from './parts.ts'

/** Of `retake replay`. */
export const replay: z.ZodType = z
  .object({ session: z.string(), url: z.string(), runs: z.array(run) })
  .describe('With --watch, one after each change.')
