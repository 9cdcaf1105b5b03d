import { z } from 'zod'
import { endRecord, eventRecord, sessionRecord } from './records.ts'

/** Of `retake show`. */
export const show: z.ZodType = z.union([
  z.object({
    session: sessionRecord,
    events: z.array(eventRecord),
    end: endRecord.optional().describe('absent when the session did not end'),
  }),
  z.object({ event: eventRecord }).describe('with --event'),
])
