import { describe, expect, it } from 'vitest'
import * as ai from 'ai'
import { hasSharedCorpus, madeCorpus, readCorpusStream } from '@retake/loopback-provider'
import { wrapAISDK } from './index.ts'
import { anthropic, collect, openai, QUESTION } from './testing/providers.ts'
import { expectSameAgain } from './testing/rehearse.ts'

const OPENAI = `
  reasoning-encrypted-content.1 web-search-tool.1 code-interpreter-tool.1 image-generation-tool.1
  mcp-tool-approval.2 tool-search.1 phase.1 compaction.1`

const ANTHROPIC = `
  web-search-tool.1 code-execution-20250825.2 mcp.1 refusal json-tool.1 tool-search-bm25.1
  compaction.1 clear-tool-uses.1`

type Provider = keyof typeof MODELS

const MODELS = {
  openai: (url: string) => openai({ url }).responses('gpt-5'),
  anthropic: (url: string) => anthropic({ url })('claude-sonnet-4-5'),
}

const FOLDERS = { openai: 'openai/src/responses', anthropic: 'anthropic/src' }

const MADE = madeCorpus
  .filter(({ isStream, reader }) => isStream && Object.values(FOLDERS).includes(reader))
  .map(({ name, path, reader }) => ({
    name,
    file: path,
    provider: reader === FOLDERS.openai ? ('openai' as const) : ('anthropic' as const),
  }))

const RECORDED = [...recorded('openai', OPENAI), ...recorded('anthropic', ANTHROPIC)]

function recorded(provider: Provider, names: string) {
  return names
    .trim()
    .split(/\s+/)
    .map((name) => ({
      name: `${provider}-${name}`,
      file: `${FOLDERS[provider]}/__fixtures__/${provider}-${name}.chunks.txt`,
      provider,
    }))
}

const { streamText } = wrapAISDK(ai)

async function expectStreamAgain(file: string, provider: Provider): Promise<void> {
  const { calls, live } = await expectSameAgain(
    async ({ url }) => {
      const include = { rawChunks: true }
      const result = streamText({
        model: MODELS[provider](url),
        include,
        onError() {},
        prompt: QUESTION,
      })
      const parts = await collect(result.fullStream)
      return { parts, messages: await collect(result.toUIMessageStream()) }
    },
    { provider: { corpus: readCorpusStream(file) } },
  )

  expect(calls).toBe(1)
  expect(live.parts.length).toBeGreaterThan(5)
}

it.each(MADE)('gives a stream of a provider again: $name', async ({ file, provider }) =>
  expectStreamAgain(file, provider),
)

describe.skipIf(!hasSharedCorpus)('recorded streams of real providers, in ../shared/corpus', () => {
  it.each(RECORDED)('come again: $name', async ({ file, provider }) =>
    expectStreamAgain(file, provider),
  )
})
