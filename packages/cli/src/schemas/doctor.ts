import { z } from 'zod'

/** Of `retake doctor`. */
export const doctor: z.ZodType = z.object({
  ok: z.boolean().describe('nothing fails'),
  findings: z.array(
    z.object({
      level: z.enum(['ok', 'warn', 'fail']),
      code: z.string(),
      message: z.string(),
      wayOut: z.string().optional(),
    }),
  ),
})
