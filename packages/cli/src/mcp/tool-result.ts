import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import { toFailure } from '../failure.ts'

/** What a tool came to: text for the model, and the same as data where that is short. */
export interface ToolOutcome {
  readonly text: string
  readonly data?: object
}

/** Runs a tool. A failure is told to the model, with its code: it can do something about it. */
export async function toToolResult(run: () => Promise<ToolOutcome>): Promise<CallToolResult> {
  try {
    const { text, data } = await run()
    const structuredContent = data && (JSON.parse(JSON.stringify(data)) as Record<string, unknown>)
    return { content: [{ type: 'text', text }], ...(structuredContent && { structuredContent }) }
  } catch (error) {
    const { code, message } = toFailure(error)
    return { content: [{ type: 'text', text: `${code}: ${message}` }], isError: true }
  }
}
