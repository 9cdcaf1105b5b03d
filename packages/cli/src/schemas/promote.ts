import { z } from 'zod'

/** Of `retake promote`. Paths are relative to the working folder. */
export const promote: z.ZodType = z.object({
  session: z.string(),
  test: z.string(),
  cassette: z.string(),
  app: z.string().describe('module and export'),
  trajectory: z.array(z.string()).describe('calls, such as "tool weather"'),
})
