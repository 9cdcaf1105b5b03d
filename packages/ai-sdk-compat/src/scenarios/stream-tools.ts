import type { ToolSet } from 'ai'
import type { Kit } from '../kit.ts'
import { collect, QUESTION } from '../scenario.ts'

/** Runs tools in a stream and gives all its parts. */
export async function streamTools(kit: Kit, tools: ToolSet): Promise<unknown[]> {
  const { ai, openai } = kit
  const stopWhen = ai.stepCountIs(4)
  const options = { model: openai('gpt-5'), tools: kit.tools(tools), stopWhen, prompt: QUESTION }
  return collect(ai.streamText(options).fullStream)
}
