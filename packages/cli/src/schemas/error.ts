import { z } from 'zod'

/** What any command prints with `--json` when it comes to no result. */
export const error: z.ZodType = z
  .object({ error: z.object({ code: z.string(), message: z.string() }) })
  .describe('Printed by any command that comes to no result; its exit code says more.')
