import { z } from 'zod'

/** Of `retake scan`. */
export const scan: z.ZodType = z.object({
  scanned: z.int().describe('cassettes that were looked at'),
  findings: z.array(
    z.object({
      file: z.string(),
      path: z.string().describe('such as events[3].request.messages[1].content'),
      rule: z.string(),
    }),
  ),
  corrupt: z.array(z.object({ file: z.string(), message: z.string() })),
  missing: z.array(z.string()).describe('what was named and is not there'),
})
