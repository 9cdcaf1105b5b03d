import { hasSharedCorpus, readCorpusStream } from '@retake/loopback-provider'
import type { ToolSet } from 'ai'
import { z } from 'zod'
import type { Kit } from '../kit.ts'
import { collect, QUESTION, type Scenario } from '../scenario.ts'

const OPENAI = `
  web-search-tool.1 shell-container.1 image-generation-tool.1 mcp-tool-approval.2 mcp-tool-approval.3
  reasoning-encrypted-content.1`
const MADE_OPENAI = 'web-search shell image-generation mcp-call mcp-approval reasoning-encrypted'

const ANTHROPIC = 'web-search-tool.1 code-execution-20260120-prompt-cache.1 mcp.1'
const MADE_ANTHROPIC = 'web-search code-execution mcp'

const FOLDERS = { openai: 'openai/src/responses', anthropic: 'anthropic/src' }

interface StreamFile {
  readonly title: string
  readonly name: string
  readonly file: string
  readonly provider: keyof typeof FOLDERS
}

const FILES: readonly StreamFile[] = [
  ...made('openai', MADE_OPENAI),
  ...made('anthropic', MADE_ANTHROPIC),
  ...(hasSharedCorpus ? [...recorded('openai', OPENAI), ...recorded('anthropic', ANTHROPIC)] : []),
]

/** What providers stream: tools that they run themselves, MCP servers that they ask, reasoning. */
export const PROVIDER_EXECUTED: readonly Scenario[] = FILES.map(
  ({ title, name, file, provider }) => ({
    name: title,
    isSeenByTelemetry: true,
    // The provider of 5 does not know these parts: it fails with an error of Zod, which hides its fields. Nor does 5 itself take the
    // call of a tool that a server brings along.
    ...(/^anthropic-mcp|^openai-mcp-call/.test(name) ? { since: 6 as const } : {}),
    calls: 1,
    async run(kit) {
      const { ai, plan, openai, anthropic } = kit
      plan(...readCorpusStream(file))
      const model = provider === 'openai' ? openai('gpt-5') : anthropic('claude-sonnet-4-5')
      const tools = kit.tools(toolsOf(name, kit))
      const result = ai.streamText({ model, tools, onError() {}, prompt: QUESTION })
      return collect(result.fullStream)
    },
  }),
)

function made(provider: StreamFile['provider'], names: string): readonly StreamFile[] {
  return filesOf(provider, names, (name) => `made/made-${name}`, 'a made stream')
}

function recorded(provider: StreamFile['provider'], names: string): readonly StreamFile[] {
  return filesOf(provider, names, (name) => `__fixtures__/${name}`, 'a real stream')
}

function filesOf(
  provider: StreamFile['provider'],
  names: string,
  fileOf: (name: string) => string,
  kind: string,
): readonly StreamFile[] {
  return names
    .trim()
    .split(/\s+/)
    .map((each) => `${provider}-${each}`)
    .map((name) => ({
      title: `${kind}, ${name}`,
      name,
      file: `${FOLDERS[provider]}/${fileOf(name)}.chunks.txt`,
      provider,
    }))
}

// The SDK makes something else of the calls of a tool that it does not know.
function toolsOf(name: string, { ai, openai, anthropic }: Kit): ToolSet {
  const inputSchema = z.looseObject({})
  const tools: readonly (readonly [RegExp, () => ToolSet])[] = [
    [/^openai-web-search/, () => ({ web_search: openai.tools.webSearch({}) })],
    [/^openai-image-generation/, () => ({ image_generation: openai.tools.imageGeneration({}) })],
    [/^openai-reasoning/, () => ({ calculator: ai.tool({ inputSchema }) })],
    [/^anthropic-web-search/, () => ({ web_search: anthropic.tools.webSearch_20250305({}) })],
    [
      /^anthropic-code-execution/,
      () => ({ code_execution: anthropic.tools.codeExecution_20250825({}) }),
    ],
  ]
  return tools.find(([pattern]) => pattern.test(name))?.[1]() ?? {}
}
