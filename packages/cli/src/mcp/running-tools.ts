import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { findSession } from '../find-session.ts'
import { forkSession, formatFork } from '../fork/fork-session.ts'
import { formatPromoted } from '../promote/format-promoted.ts'
import { confine } from '../project/confine.ts'
import { promoteSession } from '../promote/promote-session.ts'
import { formatRun } from '../replay/format-run.ts'
import { replaySession } from '../replay/replay-session.ts'
import { resolveServer } from '../server/server-options.ts'
import { matching, session, url } from './inputs.ts'
import { toToolResult } from './tool-result.ts'

const TIMEOUT_SECONDS = 120

/** Tools that send requests to the app, or write files. */
export function addRunningTools(server: McpServer, context: Context): void {
  const { terminal } = context
  const serverAt = (base: string | undefined) =>
    resolveServer(context, { timeout: TIMEOUT_SECONDS, ...(base !== undefined && { url: base }) })
  server.registerTool(
    'session_replay',
    {
      title: 'Replay a session',
      description:
        'Sends the recorded request to the running app again, which answers its calls from the recording: no model call, no cost. Compares the answer with the recorded one.',
      inputSchema: {
        session,
        url: url.optional(),
        ...matching,
        times: z.int().min(1).max(20).default(1),
      },
      annotations: { readOnlyHint: false, destructiveHint: false, openWorldHint: true },
    },
    ({ session: named, url: base, match, miss, until, tools, ignore, times }) =>
      toToolResult(async () => {
        const data = await replaySession(context, await findSession(context, named), {
          server: serverAt(base),
          parameters: { match, onMiss: miss, until, tools, ignore },
          times,
        })
        return { text: data.runs.map((run) => formatRun(run, terminal)).join('\n'), data }
      }),
  )
  server.registerTool(
    'session_fork',
    {
      title: 'Fork a session',
      description:
        'Replays a session up to an event and makes the calls after it for real, which costs money. What comes of it is a new session; the first one stays as it is.',
      inputSchema: {
        session,
        until: z.int().min(0).describe('The last event that is served'),
        url: url.optional(),
      },
      annotations: { readOnlyHint: false, destructiveHint: false, openWorldHint: true },
    },
    ({ session: named, url: base, until }) =>
      toToolResult(async () => {
        const data = await forkSession(context, await findSession(context, named), {
          server: serverAt(base),
          until,
        })
        return { text: formatFork(data, terminal), data }
      }),
  )
  server.registerTool(
    'session_promote',
    {
      title: 'Make a regression test of a session',
      description:
        'Writes a redacted cassette and a vitest test that sends the recorded request to the app and asserts answer and calls. It passes at once, without a model.',
      inputSchema: {
        session,
        test: z.string().describe('The test to write, such as tests/refund.test.ts'),
        app: z.string().describe('What exports the app, such as src/app.ts#app').optional(),
        force: z.boolean().describe('Overwrite what is there').default(false),
      },
      annotations: { readOnlyHint: false, destructiveHint: false, openWorldHint: false },
    },
    ({ session: named, test, app, force }) =>
      toToolResult(async () => {
        confine(context.cwd, test)
        if (app !== undefined) confine(context.cwd, app.split('#')[0] ?? '')
        const data = await promoteSession(context, named, {
          test,
          force,
          ...(app !== undefined && { app }),
        })
        return { text: formatPromoted(data), data }
      }),
  )
}
