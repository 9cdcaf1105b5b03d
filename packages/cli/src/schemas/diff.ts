import { z } from 'zod'
import { difference } from './parts.ts'

const event = z.object({ seq: z.int(), kind: z.string(), name: z.string() })
const both = z.tuple([z.number(), z.number()]).describe('before and after')

/** Of `retake diff`. */
export const diff: z.ZodType = z.object({
  before: z.string(),
  after: z.string(),
  isSame: z.boolean(),
  request: z.array(difference).describe('of the requests that made them'),
  events: z.array(
    z.object({
      change: z.enum(['changed', 'vanished', 'appeared']),
      before: event.optional(),
      after: event.optional(),
      request: z.array(difference).describe('of what the event was asked'),
      outcome: z.array(difference).describe('of what it gave'),
    }),
  ),
  same: z.int().describe('events that are the same in both'),
  answer: z.array(difference).describe('of what the requests were answered'),
  totals: z.object({ events: both, errors: both, tokens: both, costUsd: both }),
})
