import * as ai from 'ai'
import type { EventRecord } from '@retake/core'
import { callsOf, treeOf } from '@retake/testing'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { wrapAISDK } from './index.ts'
import { anthropic, collect, openai, QUESTION } from './testing/providers.ts'
import { rehearse } from './testing/rehearse.ts'

const { embedMany, generateText, streamObject, streamText, ToolLoopAgent } = wrapAISDK(ai)
const stopWhen = ai.isStepCount(4)

const weather = ai.tool({
  inputSchema: z.object({ city: z.string() }),
  execute: ({ city }) => ({ city, degrees: 7 }),
})

/** The spans of a session as `name: state`. */
function spansOf(events: readonly EventRecord[]): readonly string[] {
  return events.flatMap(({ kind, name, state }) => (kind === 'chain' ? `${name}: ${state}` : []))
}

describe('the event of a model', () => {
  it('tells model, provider, specification, tokens and why it ended', async () => {
    const { live, recording } = await rehearse(async (provider) => {
      const model = openai(provider).chat('gpt-5')
      return (await generateText({ model, prompt: QUESTION })).usage
    })

    const [event] = callsOf(recording)
    expect(event).toMatchObject({
      kind: 'llm',
      name: 'openai.chat/gpt-5',
      op: 'generate',
      model: 'gpt-5',
      provider: 'openai.chat',
      attributes: { specificationVersion: 'v4', finishReason: 'stop', responseModel: 'gpt-5' },
    })
    const { inputTokens, cachedInputTokens, outputTokens, reasoningTokens } = event!.usage!
    expect(inputTokens! + cachedInputTokens!).toBe(live.inputTokens)
    expect(outputTokens! + reasoningTokens!).toBe(live.outputTokens)
    expect(cachedInputTokens).toBe(live.inputTokenDetails.cacheReadTokens)
  })

  it('tells the tools that the model called, and when its stream began to say something', async () => {
    const { live, recording } = await rehearse(async (provider) => {
      const model = anthropic(provider)('claude-sonnet-4-5')
      const result = streamText({ model, tools: { weather }, stopWhen, prompt: QUESTION })
      const calls = (await result.toolCalls).map(({ toolCallId: id, toolName: name }) => ({
        id,
        name,
      }))
      return calls
    })

    const [first, , last] = callsOf(recording)
    expect(first?.attributes).toMatchObject({ finishReason: 'tool-calls', toolCalls: live })
    expect(last?.attributes).not.toHaveProperty('toolCalls')
    const { parts, ms } = last!.outcome!.stream!
    const firstDelta = parts.findIndex((part) => (part as { type: string }).type.endsWith('-delta'))
    expect(firstDelta).toBeGreaterThan(0)
    expect(last?.attributes?.firstChunkMs).toBe(ms?.[firstDelta])
  })

  it('holds no headers of the request', async () => {
    const { recording } = await rehearse(async (provider) => {
      const headers = { 'x-tenant': 'tenant-of-the-user' }
      return (await generateText({ model: openai(provider)('gpt-5'), headers, prompt: QUESTION }))
        .text
    })

    expect(JSON.stringify(recording)).not.toContain('tenant-of-the-user')
  })

  it.each([
    ['openai-organization', (url: string) => openai({ url })('gpt-5')],
    ['anthropic-organization-id', (url: string) => anthropic({ url })('claude-sonnet-4-5')],
  ])('holds no cookies and no %s of the response', async (header, createModel) => {
    const { live, recording } = await rehearse(async ({ url }) => {
      const { response } = await generateText({ model: createModel(url), prompt: QUESTION })
      return response.headers ?? {}
    })

    const text = JSON.stringify(recording)
    expect(live[header]).toMatch(/./)
    expect(text).not.toContain(live[header])
    expect(text).not.toContain('__cf_bm=')
  })

  it('counts the tokens of embeddings', async () => {
    const { live, recording } = await rehearse(async (provider) => {
      const model = openai(provider).embedding('text-embedding-3-small')
      return (await embedMany({ model, values: ['sun', 'rain'] })).usage
    })

    expect(callsOf(recording).map(({ usage }) => usage)).toStrictEqual([
      { inputTokens: live.tokens },
    ])
  })
})

describe('spans', () => {
  it('put the calls of a model and its tools into steps', async () => {
    const { recording, replay } = await rehearse(async (provider) => {
      const result = streamText({
        model: openai(provider)('gpt-5'),
        tools: { weather },
        stopWhen,
        prompt: QUESTION,
      })
      return result.text
    })

    expect(treeOf(recording)).toStrictEqual([
      'chain streamText',
      '  chain step',
      '    llm openai.responses/gpt-5',
      '    tool weather',
      '  chain step',
      '    llm openai.responses/gpt-5',
    ])
    expect(treeOf(replay)).toStrictEqual(treeOf(recording))
    const steps = recording.events.filter(({ name }) => name === 'step')
    expect(steps.map(({ attributes }) => attributes)).toStrictEqual([{ step: 1 }, { step: 2 }])
  })

  it('count what is tried again as one step', async () => {
    const { recording } = await rehearse(async (provider) => {
      provider.plan({ type: 'rate-limit', retryAfterSeconds: 0 })
      return (await generateText({ model: openai(provider)('gpt-5'), prompt: QUESTION })).text
    })

    expect(treeOf(recording)).toStrictEqual([
      'chain generateText',
      '  chain step',
      '    llm openai.responses/gpt-5',
      '    llm openai.responses/gpt-5',
    ])
  })

  it('have the name that the user gave: of a function, or of an agent', async () => {
    const { recording } = await rehearse(async (provider) => {
      const model = openai(provider)('gpt-5')
      await generateText({ model, telemetry: { functionId: 'greet' }, prompt: QUESTION })
      await generateText({
        model,
        experimental_telemetry: { functionId: 'wave' },
        prompt: QUESTION,
      })
      await new ToolLoopAgent({ id: 'grader', model }).generate({ prompt: QUESTION })
      await (
        await new ToolLoopAgent({ model }).stream({ prompt: QUESTION })
      ).text
    })

    const operations = recording.events.filter(({ parent }) => parent === undefined)
    expect(operations.map(({ name, attributes }) => [name, attributes?.operation])).toStrictEqual([
      ['greet', 'generateText'],
      ['wave', 'generateText'],
      ['grader', 'ToolLoopAgent'],
      ['ToolLoopAgent', 'ToolLoopAgent'],
    ])
  })

  it('have no steps where no language model runs', async () => {
    const { recording } = await rehearse(async (provider) => {
      const model = openai(provider).embedding('text-embedding-3-small')
      return (await embedMany({ model, values: ['sun'] })).embeddings
    })

    expect(treeOf(recording)).toStrictEqual([
      'chain embedMany',
      '  embedding openai.embedding/text-embedding-3-small',
    ])
  })

  it('stay open until a stream was read to its end', async () => {
    const { recording } = await rehearse(async (provider) => {
      const { partialObjectStream } = streamObject({
        model: openai(provider)('gpt-5'),
        schema: z.object({ city: z.string() }),
        prompt: QUESTION,
      })
      return collect(partialObjectStream)
    })

    const [span, , call] = recording.events
    expect(spansOf(recording.events)).toStrictEqual(['streamObject: ok', 'step: ok'])
    expect(span?.ms).toBeGreaterThanOrEqual(call!.ms!)
  })

  it('fail with what they do', async () => {
    const { recording } = await rehearse(async (provider) => {
      provider.plan({ type: 'unauthorized' }, { type: 'unauthorized' })
      const model = openai(provider)('gpt-5')
      await generateText({ model, prompt: QUESTION }).catch(() => {})
      await collect(streamText({ model, onError() {}, prompt: QUESTION }).fullStream)
    })

    expect(spansOf(recording.events)).toStrictEqual([
      'generateText: error',
      'step: error',
      'streamText: error',
      'step: error',
    ])
  })

  it('are aborted when their caller has no time left', async () => {
    const { recording } = await rehearse(
      async (provider) => {
        provider.plan({ type: 'hang' })
        const abortSignal = AbortSignal.timeout(20)
        const model = openai(provider)('gpt-5')
        await generateText({ model, abortSignal, prompt: QUESTION }).catch(() => {})
      },
      { replay: { abortGraceMs: 5_000 } },
    )

    expect(spansOf(recording.events)).toStrictEqual(['generateText: aborted', 'step: aborted'])
  })

  it('are aborted with the stream that their caller gives up', async () => {
    const { recording } = await rehearse(
      async (provider) => {
        const controller = new AbortController()
        const model = openai(provider)('gpt-5')
        const { fullStream } = streamText({
          model,
          abortSignal: controller.signal,
          prompt: QUESTION,
        })
        for await (const { type } of fullStream) if (type === 'text-delta') controller.abort()
      },
      { provider: { chunkDelayMs: 20 } },
    )

    expect(spansOf(recording.events)).toStrictEqual(['streamText: aborted', 'step: aborted'])
  })
})
