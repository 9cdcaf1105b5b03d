import { EVENT_KINDS } from '@retake/format'
import { z } from 'zod'

// Records are read from files that a later version may have written: what is not known here is passed on.
const { looseObject: record } = z

const encoded = z
  .unknown()
  .describe('JSON, with what JSON loses as {"$rt": …}: see docs/cassette-format.md')
const count = z.int().nonnegative()
const time = z.iso.datetime().describe('ISO 8601, UTC')
const ms = z.number().describe('milliseconds')
const fork = record({ session: z.string(), forkAt: count.optional() })

const kind = z.enum(EVENT_KINDS)
const capture = z.enum(['full', 'redacted', 'metadata', 'off'])

/** How a session went. */
export const endState: z.ZodType = z.enum(['success', 'failure', 'indeterminate'])

const usage = record({
  inputTokens: count.optional(),
  outputTokens: count.optional(),
  cachedInputTokens: count.optional(),
  reasoningTokens: count.optional(),
}).describe('tokens, as disjoint counts')

const totals = record({
  events: count,
  kinds: z.partialRecord(kind, count),
  errors: count,
  usage,
  costUsd: z.number(),
})

const message = {
  headers: z.record(z.string(), z.string()),
  body: encoded.optional(),
  bodyParsed: z.literal(true).optional(),
  bodyWithheld: z.string().optional(),
}
const request = record({ method: z.string(), url: z.string(), ...message })
const response = record({ status: z.int(), ...message })

/** What a list shows of a session. */
export const sessionSummary: z.ZodType = record({
  id: z.string(),
  name: z.string().optional(),
  agent: z.string().optional(),
  goal: z.string().optional(),
  tags: z.array(z.string()).optional(),
  service: z.string().optional(),
  capture: capture.optional(),
  request: record({ method: z.string(), url: z.string() }).optional(),
  input: z.string().optional(),
  startedAt: time,
  endedAt: time.optional().describe('absent while the session runs, and when its process died'),
  durationMs: ms.optional(),
  endState,
  endReason: z.string().optional(),
  expiresAt: time.optional(),
  parent: fork.optional().describe('of a fork'),
  replayOf: z.string().optional().describe('of a replay: the session that was replayed'),
  replayStatus: z.string().optional().describe('of a replay that has ended: as X-Replay-Status'),
  totals: totals.optional(),
})

/** The header of a session. */
export const sessionRecord: z.ZodType = record({
  v: z.literal(1),
  type: z.literal('session'),
  id: z.string(),
  name: z.string().optional(),
  agent: z.string().optional(),
  goal: z.string().optional(),
  tags: z.array(z.string()).optional(),
  metadata: z.record(z.string(), encoded).optional(),
  service: z.string().optional(),
  hop: z.string().optional(),
  host: z.string().optional(),
  startedAt: time,
  capture,
  seed: z.number(),
  parent: fork.optional(),
  replayOf: z.string().optional(),
  request: request.optional(),
  response: response.optional(),
  expiresAt: time.optional(),
})

const outcome = record({
  value: encoded.optional(),
  error: encoded.optional(),
  stream: record({
    parts: z.array(encoded),
    end: z.enum(['complete', 'error', 'cancelled', 'aborted', 'abandoned']),
  }).optional(),
})

/** One event of a session. */
export const eventRecord: z.ZodType = record({
  type: z.literal('event'),
  id: z.string(),
  seq: count,
  done: count.optional(),
  parent: count.optional(),
  kind,
  name: z.string(),
  op: z.enum(['generate', 'stream']).optional(),
  path: z.string(),
  ord: count,
  key: z.string().optional(),
  fp: z.string().optional(),
  startedAt: time,
  ms: ms.optional(),
  state: z.enum(['ok', 'error', 'aborted', 'pending']),
  request: encoded.optional(),
  outcome: outcome.optional(),
  usage: usage.optional(),
  costUsd: z.number().optional(),
  model: z.string().optional(),
  provider: z.string().optional(),
  attributes: z.record(z.string(), encoded).optional(),
  redacted: z.literal(true).optional(),
  withheld: z.string().optional(),
  served: record({ seq: count, tier: z.string() }).optional(),
  writer: z.string().optional(),
  service: z.string().optional(),
  hop: z.string().optional(),
})

/** The end of a session. */
export const endRecord: z.ZodType = record({
  type: z.literal('end'),
  status: z.literal('completed'),
  endState,
  endReason: z.string().optional(),
  endedAt: time,
  totals,
  late: count.optional(),
  lost: count.optional(),
  result: encoded.optional().describe('what the function of the session returned'),
  report: encoded.optional(),
})
