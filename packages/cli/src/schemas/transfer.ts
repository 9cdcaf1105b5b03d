import { z } from 'zod'

const notes = z.array(z.string()).describe('what could not be carried over')

/** Of `retake export`. */
export const exported: z.ZodType = z.object({
  session: z.string(),
  format: z.enum(['har', 'vcrpy', 'nock', 'otel', 'cassette']),
  file: z.string().optional().describe('with --output'),
  text: z.string().optional().describe('without it'),
  notes,
})

/** Of `retake import`. */
export const imported: z.ZodType = z.object({
  session: z.string(),
  events: z.int(),
  cassette: z.string().optional().describe('with --cassette'),
  notes,
})
