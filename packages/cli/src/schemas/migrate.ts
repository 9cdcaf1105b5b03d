import { z } from 'zod'

/** Of `retake migrate`. */
export const migrate: z.ZodType = z.object({
  check: z.boolean().describe('nothing was written'),
  cassettes: z.array(
    z.object({
      file: z.string(),
      state: z
        .enum(['current', 'rewritten', 'newer', 'corrupt'])
        .describe('with --check, "rewritten" is what would be'),
      message: z.string().optional(),
    }),
  ),
})
