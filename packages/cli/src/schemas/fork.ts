import { z } from 'zod'
import { run } from './parts.ts'

/** Of `retake fork`. */
export const fork: z.ZodType = z.object({
  session: z.string(),
  fork: z.string().describe('the session that came of it'),
  until: z.int().nonnegative().describe('the last event that was served'),
  run,
})
