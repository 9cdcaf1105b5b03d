import { z } from 'zod'

/** A session, as every tool takes it. */
export const session: z.ZodString = z
  .string()
  .describe('Id of a session, the start of one, "last", or a path that ends in .cassette.json')

/** A number of an event. */
export const event: z.ZodNumber = z.int().min(1).describe('Number of an event of the session')

/** Where the app runs. */
export const url: z.ZodURL = z
  .url({ protocol: /^https?$/ })
  .describe(
    'Base URL of the running app, started with RETAKE_REPLAY_ENABLED=1. Default: $RETAKE_URL, else http://localhost:3000',
  )

/** What a search filters by. */
export const filters = {
  text: z.string().describe('In the id, name, agent, goal, tags, request or end reason').optional(),
  agent: z.string().optional(),
  name: z.string().describe('Such as "POST /chat"').optional(),
  tag: z.string().optional(),
  state: z.enum(['success', 'failure', 'indeterminate']).optional(),
  errors: z
    .boolean()
    .describe('Only those in which a call failed, or that failed themselves')
    .optional(),
  minCostUsd: z.number().min(0).optional(),
  since: z.string().describe('A date or time, or an age such as "2h"').optional(),
  until: z.string().describe('The same').optional(),
  replays: z.boolean().describe('Only replays; by default they are left out').optional(),
  limit: z.int().min(1).max(200).default(20),
}

/** How a replay treats what is not as it was. */
export const matching = {
  match: z
    .enum(['strict', 'lenient', 'position'])
    .describe('strict: only equal requests. lenient (default): similar ones too, flagged as drift')
    .optional(),
  miss: z
    .enum(['error', 'live', 'live-after'])
    .describe('What a call without a recording does. live and live-after cost money')
    .optional(),
  until: event.describe('Serve events up to this one, then go on live').optional(),
  tools: z
    .enum(['serve', 'live', 'compare'])
    .describe('serve (default): no tool runs. live: they run. compare: they run, and are compared')
    .optional(),
  ignore: z
    .array(z.string())
    .describe('Places of the answer that may differ, such as body.createdAt or body.items[*].id')
    .optional(),
}
