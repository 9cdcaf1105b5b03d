import { z } from 'zod'

/** Of `retake verify`. */
export const verify: z.ZodType = z.object({
  checked: z.int(),
  corrupt: z.int(),
  attention: z.int(),
  results: z.array(
    z.object({
      kind: z.enum(['cassette', 'session']),
      name: z.string().describe('the file, or the id'),
      events: z.int(),
      state: z.enum(['ok', 'attention', 'corrupt']),
      problems: z.array(
        z.object({
          level: z.enum(['corrupt', 'attention', 'note']),
          code: z.string(),
          message: z.string(),
        }),
      ),
    }),
  ),
})
