import { once } from 'node:events'
import type { Command } from 'commander'
import { onAction } from '../command.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'

/** Adds `retake mcp`. */
export function addMcp(program: Command): void {
  const command = program
    .command('mcp')
    .summary('serve these commands to a coding agent (MCP, stdio)')
    .description(
      'An MCP server on standard input and output, by which a coding agent finds a failed session, reproduces it without cost, and proves its fix.',
    )
    .addHelpText(
      'after',
      `
In the configuration of the agent:
  { "mcpServers": { "retake": { "command": "npx", "args": ["retake", "mcp"] } } }`,
    )
  onAction<object>(command, mcp)
}

// Loaded here, as no other command needs them.
async function mcp(context: Context): Promise<ExitCode> {
  const { StdioServerTransport } = await import('@modelcontextprotocol/sdk/server/stdio.js')
  const { createMcpServer } = await import('./create-server.ts')
  const server = createMcpServer({
    ...context,
    terminal: { ...context.terminal, paint: (_format, text) => text },
  })
  await server.connect(new StdioServerTransport())
  await once(process.stdin, 'close')
  await server.close()
  return EXIT.same
}
