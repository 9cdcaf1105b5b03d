import { z } from 'zod'

/** Of `retake init`. */
export const init: z.ZodType = z.object({
  project: z.object({
    name: z.string(),
    packageManager: z.enum(['npm', 'pnpm', 'yarn', 'bun']),
    language: z.enum(['typescript', 'javascript']),
    modules: z.enum(['esm', 'cjs']),
    libraries: z.array(z.string()),
  }),
  install: z.array(z.string()).describe('commands; none when all is there'),
  steps: z.array(
    z.object({
      for: z.string(),
      title: z.string(),
      lines: z.array(z.string()),
      problem: z.string().optional(),
    }),
  ),
  environment: z.record(z.string(), z.string()),
  start: z.string(),
  try: z.array(z.string()),
  changes: z.array(
    z.object({
      file: z.string(),
      state: z.enum(['written', 'possible', 'there', 'by-hand']),
      diff: z.string().optional(),
      reason: z.string().optional(),
    }),
  ),
})
