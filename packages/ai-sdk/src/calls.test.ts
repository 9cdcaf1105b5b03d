import * as ai from 'ai'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { callsOf } from '@retake/testing'
import { wrapAISDK, wrapModel, wrapProvider, wrapTools } from './index.ts'
import { anthropic, collect, compatible, openai, QUESTION } from './testing/providers.ts'
import { expectSameAgain } from './testing/rehearse.ts'
import { createRerankModel } from './testing/rerank-model.ts'

const {
  embed,
  embedMany,
  generateImage,
  generateObject,
  generateSpeech,
  generateText,
  rerank,
  streamObject,
  streamText,
  ToolLoopAgent,
  transcribe,
} = wrapAISDK(ai)

const weatherSchema = z.object({ city: z.string(), degrees: z.number() })
const stopWhen = ai.isStepCount(4)

function createTools() {
  let readings = 0
  return {
    weather: ai.tool({
      description: 'Tells the weather',
      inputSchema: z.object({ city: z.string() }),
      execute: async ({ city }) => ({ city, degrees: ++readings + performance.now() }),
    }),
  }
}

describe('a question', () => {
  it('has one fingerprint, whether its answer is whole or a stream', async () => {
    const { recording } = await expectSameAgain(async (provider) => {
      const model = openai(provider)('gpt-5')
      const tools = { weather: ai.tool({ inputSchema: weatherSchema }) }
      const { text } = await generateText({ model, tools, prompt: QUESTION })
      return { text, streamed: await streamText({ model, tools, prompt: QUESTION }).text }
    })

    const [whole, streamed] = callsOf(recording)
    expect([whole?.op, streamed?.op]).toEqual(['generate', 'stream'])
    expect(streamed?.request).toEqual(whole?.request)
    expect(streamed?.fp).toBe(whole?.fp)
  })
})

describe('generateText', () => {
  it.each(['responses', 'chat'] as const)('comes out the same with OpenAI %s', async (api) => {
    const { calls } = await expectSameAgain(async (provider) => {
      const model = openai(provider)[api]('gpt-5')
      const { text, steps, response, totalUsage } = await generateText({ model, prompt: QUESTION })
      return { text, steps, response, totalUsage }
    })

    expect(calls).toBe(1)
  })

  it('comes out the same with tools, over several steps', async () => {
    const { calls, recording } = await expectSameAgain(async (provider) => {
      const model = openai(provider)('gpt-5')
      const tools = createTools()
      const { text, steps } = await generateText({ model, tools, stopWhen, prompt: QUESTION })
      return { text, steps }
    })

    expect(calls).toBe(2)
    expect(callsOf(recording).map(({ kind }) => kind)).toStrictEqual(['llm', 'tool', 'llm'])
  })

  it('comes out the same with a provider that dates nothing', async () => {
    await expectSameAgain(async (provider) => {
      const { steps } = await generateText({
        model: anthropic(provider)('claude-sonnet-4-5'),
        prompt: QUESTION,
      })
      return steps
    })
  })

  it('gives the object of an output specification again', async () => {
    await expectSameAgain(async (provider) => {
      const output = ai.Output.object({ schema: weatherSchema })
      const result = await generateText({
        model: openai(provider)('gpt-5'),
        output,
        prompt: QUESTION,
      })
      return result.output
    })
  })
})

describe('streamText', () => {
  const models = {
    'OpenAI Responses': (url: string) => openai({ url }).responses('gpt-5'),
    'OpenAI chat': (url: string) => openai({ url }).chat('gpt-5'),
    Anthropic: (url: string) => anthropic({ url })('claude-sonnet-4-5'),
    'an OpenAI-compatible provider': (url: string) => compatible({ url })('acme-1'),
  }

  it.each(Object.entries(models))('gives every part again with %s', async (_name, createModel) => {
    await expectSameAgain(async ({ url }) => {
      const model = createModel(url)
      const include = { rawChunks: true }
      const result = streamText({
        model,
        tools: createTools(),
        stopWhen,
        include,
        prompt: QUESTION,
      })
      return collect(result.fullStream)
    })
  })

  it.each(Object.entries(models))(
    'gives the same UI messages, ids included, with %s',
    async (_name, createModel) => {
      const { live } = await expectSameAgain(async ({ url }) => {
        const model = createModel(url)
        const result = streamText({ model, tools: createTools(), stopWhen, prompt: QUESTION })
        return result.toUIMessageStreamResponse({ generateMessageId: ai.generateId }).text()
      })

      expect(live).toContain('"messageId"')
    },
  )

  it('gives the promises of its result again', async () => {
    await expectSameAgain(async (provider) => {
      const result = streamText({
        model: openai(provider)('gpt-5'),
        tools: createTools(),
        stopWhen,
        prompt: QUESTION,
      })
      const [text, steps, usage] = await Promise.all([result.text, result.steps, result.totalUsage])
      return { text, steps, usage }
    })
  })

  it('gives the partial objects of an output specification again', async () => {
    await expectSameAgain(async (provider) => {
      const output = ai.Output.object({ schema: weatherSchema })
      const result = streamText({ model: openai(provider)('gpt-5'), output, prompt: QUESTION })
      return { partial: await collect(result.partialOutputStream), whole: await result.output }
    })
  })
})

describe('parallel calls', () => {
  it('come out the same, also where they ask the same', async () => {
    const { calls } = await expectSameAgain(async (provider) => {
      const ask = (prompt: string) => {
        const model = openai(provider).chat('gpt-5')
        const result = streamText({ model, tools: createTools(), stopWhen, prompt })
        return collect(result.toUIMessageStream({ generateMessageId: ai.generateId }))
      }
      return Promise.all([ask(QUESTION), ask(QUESTION), ask('And in Rome?')])
    })

    expect(calls).toBe(6)
  })
})

describe('objects', () => {
  it('gives the object of generateObject again', async () => {
    await expectSameAgain(async (provider) => {
      const options = { schema: weatherSchema, prompt: QUESTION }
      const { object, response, usage } = await generateObject({
        model: openai(provider)('gpt-5'),
        ...options,
      })
      return { object, response, usage }
    })
  })

  it('gives the parts of streamObject again', async () => {
    await expectSameAgain(async (provider) => {
      const result = streamObject({
        model: openai(provider)('gpt-5'),
        schema: weatherSchema,
        prompt: QUESTION,
      })
      return { parts: await collect(result.fullStream), object: await result.object }
    })
  })
})

describe('other models', () => {
  it('gives embeddings again', async () => {
    const { recording } = await expectSameAgain(async (provider) => {
      const model = openai(provider).embedding('text-embedding-3-small')
      return {
        one: await embed({ model, value: 'sun' }),
        many: await embedMany({ model, values: ['rain', 'snow'] }),
      }
    })

    expect(callsOf(recording).map(({ kind }) => kind)).toStrictEqual(['embedding', 'embedding'])
  })

  it('gives a ranking again, with the date of the call', async () => {
    const { recording } = await expectSameAgain(({ url }) =>
      rerank({ model: createRerankModel(url), query: 'rain', documents: ['sun', 'rain'] }),
    )

    expect(callsOf(recording).map(({ kind }) => kind)).toStrictEqual(['rerank'])
  })

  it('gives the bytes of an image again', async () => {
    const { live } = await expectSameAgain(async (provider) => {
      const { image, responses } = await generateImage({
        model: openai(provider).image('gpt-image-1'),
        prompt: 'a cat',
      })
      return { bytes: image.uint8Array, type: image.mediaType, responses }
    })

    expect(live.bytes.length).toBeGreaterThan(0)
  })

  it('gives speech and its transcription again', async () => {
    await expectSameAgain(async (provider) => {
      const { audio } = await generateSpeech({
        model: openai(provider).speech('tts-1'),
        text: 'Good morning',
      })
      const transcript = await transcribe({
        model: openai(provider).transcription('whisper-1'),
        audio: audio.uint8Array,
      })
      return {
        bytes: audio.uint8Array,
        text: transcript.text,
        segments: transcript.segments,
        responses: transcript.responses,
      }
    })
  })
})

describe('agents', () => {
  it('gives the result of an agent again', async () => {
    await expectSameAgain(async (provider) => {
      const agent = new ToolLoopAgent({ model: openai(provider)('gpt-5'), tools: createTools() })
      const { text, steps } = await agent.generate({ prompt: QUESTION })
      return { text, steps }
    })
  })

  it('gives the stream of an agent again', async () => {
    await expectSameAgain(async (provider) => {
      const agent = new ToolLoopAgent({ model: openai(provider)('gpt-5'), tools: createTools() })
      const result = await agent.stream({ prompt: QUESTION })
      return collect(result.fullStream)
    })
  })

  it('records the models that prepareCall and prepareStep bring in', async () => {
    const { recording } = await expectSameAgain(async (provider) => {
      const agent = new ToolLoopAgent({
        model: openai(provider)('gpt-5'),
        tools: createTools(),
        prepareCall: (settings) => ({ ...settings, model: openai(provider)('gpt-5-mini') }),
        prepareStep: ({ stepNumber }) =>
          stepNumber === 1 ? { model: openai(provider)('gpt-5-nano') } : undefined,
      })
      return (await agent.generate({ prompt: QUESTION })).text
    })

    const models = callsOf(recording).flatMap(({ model }) => model ?? [])
    expect(models).toStrictEqual(['gpt-5-mini', 'gpt-5-nano'])
  })
})

describe('model ids', () => {
  const globals = globalThis as { AI_SDK_DEFAULT_PROVIDER?: unknown }

  afterEach(() => {
    delete globals.AI_SDK_DEFAULT_PROVIDER
  })

  it('records the models of the default provider', async () => {
    const { recording } = await expectSameAgain(async (provider) => {
      globals.AI_SDK_DEFAULT_PROVIDER = openai(provider)
      const { text } = await generateText({ model: 'gpt-5', prompt: QUESTION })
      const { embedding } = await embed({ model: 'text-embedding-3-small', value: 'sun' })
      return { text, embedding }
    })

    expect(callsOf(recording).map(({ name }) => name)).toStrictEqual([
      'openai.responses/gpt-5',
      'openai.embedding/text-embedding-3-small',
    ])
  })

  it('looks an id up when an agent is called, not when it is made', async () => {
    const agent = new ToolLoopAgent({ model: 'claude-sonnet-4-5' })

    const { recording } = await expectSameAgain(async (provider) => {
      globals.AI_SDK_DEFAULT_PROVIDER = openai(provider)
      const first = await agent.generate({ prompt: QUESTION })
      globals.AI_SDK_DEFAULT_PROVIDER = anthropic(provider)
      const second = await agent.generate({ prompt: QUESTION })
      return [first.text, second.text]
    })

    expect(callsOf(recording).map(({ name }) => name)).toStrictEqual([
      'openai.responses/claude-sonnet-4-5',
      'anthropic.messages/claude-sonnet-4-5',
    ])
  })
})

describe('without wrapAISDK', () => {
  it('records through wrapped models and tools', async () => {
    const { recording } = await expectSameAgain(async (provider) => {
      const model = wrapModel(openai(provider)('gpt-5'))
      const tools = wrapTools(createTools())
      const result = ai.streamText({ model, tools, stopWhen, prompt: QUESTION })
      return collect(result.toUIMessageStream())
    })

    expect(callsOf(recording).map(({ kind }) => kind)).toStrictEqual(['llm', 'tool', 'llm'])
  })

  it('records once where wrappers overlap', async () => {
    const { recording, calls } = await expectSameAgain(async (provider) => {
      const wrapped = wrapProvider(openai(provider))
      const middleware: ai.LanguageModelMiddleware = { specificationVersion: 'v4' }
      const model = wrapModel(
        ai.wrapLanguageModel({ model: wrapModel(wrapped('gpt-5')), middleware }),
      )
      return (
        await generateText({ model, tools: wrapTools(createTools()), stopWhen, prompt: QUESTION })
      ).text
    })

    expect(calls).toBe(2)
    expect(callsOf(recording).map(({ kind }) => kind)).toStrictEqual(['llm', 'tool', 'llm'])
  })

  it('leaves calls outside of sessions alone', async () => {
    const model = wrapModel(createRerankModel('http://127.0.0.1:9'))
    const options = { documents: { type: 'text' as const, values: [] }, query: '' }

    await expect(model.doRerank(options)).rejects.toThrow('fetch failed')
  })
})
