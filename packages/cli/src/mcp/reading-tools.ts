import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { Context } from '../context.ts'
import { diffSessions } from '../diff/diff-sessions.ts'
import { formatDiff } from '../diff/format-diff.ts'
import { formatEventExplanation } from '../explain/explain-event.ts'
import { explainSession } from '../explain/explain.ts'
import { formatExplanation } from '../explain/format-explanation.ts'
import { findSession } from '../find-session.ts'
import { formatSessions } from '../ls/format-sessions.ts'
import { toFilters } from '../ls/filters.ts'
import { listSessions } from '../ls/list-sessions.ts'
import { withServedOutcomes } from '../served-outcomes.ts'
import { findEvent, wholeEvent } from '../show/find-event.ts'
import { formatSession } from '../show/format-session.ts'
import { event, filters, session } from './inputs.ts'
import { toToolResult } from './tool-result.ts'

const READS = { readOnlyHint: true, openWorldHint: false } as const

/** Tools that look at what was recorded. */
export function addReadingTools(server: McpServer, context: Context): void {
  const { terminal } = context
  server.registerTool(
    'sessions_search',
    {
      title: 'Search sessions',
      description: 'Lists recorded sessions, the newest first: how they ended, tokens, cost.',
      inputSchema: filters,
      annotations: READS,
    },
    (asked) =>
      toToolResult(async () => {
        const sessions = await listSessions(context, toFilters(asked))
        return { text: formatSessions(sessions, terminal), data: { sessions } }
      }),
  )
  server.registerTool(
    'session_show',
    {
      title: 'Show a session',
      description:
        'Shows what a session was asked and answered, and its events as a tree. With `event`, all of one event: the whole request and outcome.',
      inputSchema: { session, event: event.optional() },
      annotations: READS,
    },
    ({ session: named, event: seq }) =>
      toToolResult(async () => {
        const data = await findSession(context, named)
        if (seq === undefined) return { text: formatSession(data, terminal) }
        return { text: JSON.stringify(wholeEvent(findEvent(data, seq)), undefined, 2) }
      }),
  )
  server.registerTool(
    'session_explain',
    {
      title: 'Explain a replay',
      description:
        'Says why a replay did not go as recorded: the call, the nearest recording, what differs, where it first diverged, and what to do.',
      inputSchema: { session, event: event.optional() },
      annotations: READS,
    },
    ({ session: named, event: seq }) =>
      toToolResult(async () => {
        const data = await explainSession(context, await findSession(context, named), seq)
        const text =
          'event' in data ? formatEventExplanation(data) : formatExplanation(data, terminal)
        return { text, data }
      }),
  )
  server.registerTool(
    'session_diff',
    {
      title: 'Compare two sessions',
      description:
        'Says which calls appeared, vanished or changed, and how answers and cost differ.',
      inputSchema: { before: session, after: session },
      annotations: READS,
    },
    ({ before, after }) =>
      toToolResult(async () => {
        const load = async (named: string) =>
          withServedOutcomes(context.store, await findSession(context, named))
        const data = diffSessions(await load(before), await load(after))
        return { text: formatDiff(data, terminal), data }
      }),
  )
}
