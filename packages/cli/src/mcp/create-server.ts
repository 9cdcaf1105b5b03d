import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { Context } from '../context.ts'
import { version } from '../version.ts'
import { addReadingTools } from './reading-tools.ts'
import { addRunningTools } from './running-tools.ts'

const INSTRUCTIONS = `Retake records every run of an agent: model calls, tools, errors, cost. To work on a failed run: find it with
sessions_search, read it with session_show, reproduce it with session_replay (the app answers from the recording: no model
call, no cost), edit the code, replay again until the answer is as wanted, then keep it with session_promote. When a replay
misses or drifts, session_explain says which call, what differs and why.`

/** The MCP server: the commands, as tools of a coding agent. */
export function createMcpServer(context: Context): McpServer {
  const server = new McpServer(
    { name: 'retake', version: version() },
    { instructions: INSTRUCTIONS },
  )
  addReadingTools(server, context)
  addRunningTools(server, context)
  return server
}
