import { readCorpusStream } from '@retake/loopback-provider'
import type { ToolSet } from 'ai'
import { z } from 'zod'
import type { Kit } from '../kit.ts'
import { collect, QUESTION, type Scenario } from '../scenario.ts'

const OPENAI = `
  web-search-tool.1 shell-container.1 image-generation-tool.1 mcp-tool-approval.2 mcp-tool-approval.3
  reasoning-encrypted-content.1`

const ANTHROPIC = 'web-search-tool.1 code-execution-20260120-prompt-cache.1 mcp.1'

/** What real providers streamed: tools that they run themselves, MCP servers that they ask, reasoning. */
export const PROVIDER_EXECUTED: readonly Scenario[] = [
  ...namesIn(OPENAI).map((name) => ({
    name: `openai-${name}`,
    file: `openai/src/responses/__fixtures__/openai-${name}.chunks.txt`,
    provider: 'openai' as const,
  })),
  ...namesIn(ANTHROPIC).map((name) => ({
    name: `anthropic-${name}`,
    file: `anthropic/src/__fixtures__/anthropic-${name}.chunks.txt`,
    provider: 'anthropic' as const,
  })),
].map(({ name, file, provider }) => ({
  name: `a real stream, ${name}`,
  isSeenByTelemetry: true,
  // The provider of 5 does not know these parts: it fails with an error of Zod, which hides its fields.
  ...(name === 'anthropic-mcp.1' ? { since: 6 as const } : {}),
  calls: 1,
  async run(kit) {
    const { ai, plan, openai, anthropic } = kit
    plan(...readCorpusStream(file))
    const model = provider === 'openai' ? openai('gpt-5') : anthropic('claude-sonnet-4-5')
    const tools = kit.tools(toolsOf(name, kit))
    const result = ai.streamText({ model, tools, onError() {}, prompt: QUESTION })
    return collect(result.fullStream)
  },
}))

// The SDK makes something else of the calls of a tool that it does not know.
function toolsOf(name: string, { ai, openai, anthropic }: Kit): ToolSet {
  const inputSchema = z.looseObject({})
  const tools: Readonly<Record<string, () => ToolSet>> = {
    'openai-web-search-tool.1': () => ({ web_search: openai.tools.webSearch({}) }),
    'openai-image-generation-tool.1': () => ({
      image_generation: openai.tools.imageGeneration({}),
    }),
    'openai-reasoning-encrypted-content.1': () => ({ calculator: ai.tool({ inputSchema }) }),
    'anthropic-web-search-tool.1': () => ({ web_search: anthropic.tools.webSearch_20250305({}) }),
    'anthropic-code-execution-20260120-prompt-cache.1': () => ({
      code_execution: anthropic.tools.codeExecution_20250825({}),
    }),
  }
  return tools[name]?.() ?? {}
}

function namesIn(list: string): readonly string[] {
  return list.trim().split(/\s+/)
}
