import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import { toFailure } from '../failure.ts'
import { printableText, printableValue } from '../terminal/printable.ts'

/** What a tool came to: text for the model, and the same as data where that is short. */
export interface ToolOutcome {
  readonly text: string
  readonly data?: object
}

// More than that fills the context of a model, and says no more to it.
const MAX_TEXT = 60_000

/** Runs a tool. What is too long for a model is cut, and says so. A failure is told to the model, with its code: it can do something about it. */
export async function toToolResult(run: () => Promise<ToolOutcome>): Promise<CallToolResult> {
  try {
    const { text, data } = await run()
    const plain = data && (JSON.parse(JSON.stringify(data)) as Record<string, unknown>)
    const structuredContent = plain && printableValue(plain)
    const isShort = JSON.stringify(structuredContent ?? '').length <= MAX_TEXT
    return {
      content: [{ type: 'text', text: cut(printableText(text)) }],
      ...(structuredContent && isShort && { structuredContent }),
    }
  } catch (error) {
    const { code, message } = toFailure(error)
    return {
      content: [{ type: 'text', text: printableText(`${code}: ${message}`) }],
      isError: true,
    }
  }
}

function cut(text: string): string {
  const rest = text.length - MAX_TEXT
  if (rest <= 0) return text
  return `${text.slice(0, MAX_TEXT)}\n… and ${rest} characters more, which "retake show" prints in a terminal.`
}
