import { expect, it } from 'vitest'
import * as ai from 'ai'
import { readCorpusStream } from '@retake/loopback-provider'
import { wrapAISDK } from './index.ts'
import { anthropic, collect, openai, QUESTION } from './testing/providers.ts'
import { expectSameAgain } from './testing/rehearse.ts'

const OPENAI = `
  reasoning-encrypted-content.1 web-search-tool.1 code-interpreter-tool.1 image-generation-tool.1
  mcp-tool-approval.2 tool-search.1 phase.1 compaction.1`

const ANTHROPIC = `
  web-search-tool.1 code-execution-20250825.2 mcp.1 refusal json-tool.1 tool-search-bm25.1
  compaction.1 clear-tool-uses.1`

const STREAMS = [
  ...OPENAI.trim()
    .split(/\s+/)
    .map((name) => ({
      name: `openai-${name}`,
      file: `openai/src/responses/__fixtures__/openai-${name}.chunks.txt`,
      createModel: (url: string) => openai({ url }).responses('gpt-5'),
    })),
  ...ANTHROPIC.trim()
    .split(/\s+/)
    .map((name) => ({
      name: `anthropic-${name}`,
      file: `anthropic/src/__fixtures__/anthropic-${name}.chunks.txt`,
      createModel: (url: string) => anthropic({ url })('claude-sonnet-4-5'),
    })),
]

const { streamText } = wrapAISDK(ai)

it.each(STREAMS)('gives a real stream again: $name', async ({ file, createModel }) => {
  const { calls, live } = await expectSameAgain(
    async ({ url }) => {
      const include = { rawChunks: true }
      const result = streamText({
        model: createModel(url),
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
})
