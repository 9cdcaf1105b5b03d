import { HumanMessage, SystemMessage } from '@langchain/core/messages'
import { tool } from '@langchain/core/tools'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { callsOf } from '@retake/testing'
import { RetakeCallbackHandler } from './index.ts'
import { anthropic, collect, openai, QUESTION, responses } from './testing/models.ts'
import { expectSameAgain } from './testing/rehearse.ts'

void new RetakeCallbackHandler()

// One signature for all: that of the first.
const MODELS = { openai, responses, anthropic: anthropic as unknown as typeof openai }
const NAMES = ['openai', 'responses', 'anthropic'] as const

const forecast = z.object({ city: z.string(), degrees: z.number() })

const weather = tool(({ city }) => `${city}: 12`, {
  name: 'weather',
  description: 'Tells the weather',
  schema: z.object({ city: z.string() }),
})

const news = tool(({ topic }) => `${topic}: none`, {
  name: 'news',
  description: 'Tells the news',
  schema: z.object({ topic: z.string() }),
})

describe.each(NAMES)('%s', (name) => {
  const create = MODELS[name]

  it('answers the same again', async () => {
    const { calls, recording } = await expectSameAgain(async (provider) => {
      const answer = await create(provider).invoke(QUESTION)
      return { answer, json: answer.toJSON(), blocks: answer.contentBlocks }
    })

    expect(calls).toBe(1)
    const [event] = callsOf(recording)
    expect(event).toMatchObject({ kind: 'llm', provider: name === 'anthropic' ? name : 'openai' })
  })

  it('streams the same chunks again, which add up to the same', async () => {
    await expectSameAgain(async (provider) => {
      const chunks = await collect(await create(provider).stream(QUESTION))
      const whole = chunks.reduce((sum, chunk) => sum.concat(chunk))
      return { chunks, whole, json: whole.toJSON(), blocks: whole.contentBlocks }
    })
  })

  it.each(['v1', 'v2'] as const)('streams the same events again, %s', async (version) => {
    await expectSameAgain(async (provider) =>
      collect(create(provider).streamEvents(QUESTION, { version })),
    )
  })

  it('streams the same events again, by the protocol of content blocks', async () => {
    const { recording } = await expectSameAgain(async (provider) => {
      const stream: AsyncIterable<unknown> & PromiseLike<unknown> =
        create(provider).streamEvents(QUESTION)
      return { events: await collect(stream), message: await stream }
    })

    expect(callsOf(recording)).toHaveLength(1)
    expect(recording.events[0]?.usage?.outputTokens).toBeGreaterThan(0)
  })

  it('answers a batch the same again, whatever is allowed at once', async () => {
    const { calls } = await expectSameAgain(async (provider) => {
      const model = create(provider)
      return [
        await model.batch([QUESTION, 'And in Rome?', QUESTION]),
        await model.batch([QUESTION, 'And in Rome?', QUESTION], { maxConcurrency: 1 }),
        await create(provider, { maxConcurrency: 2 }).batch(['a', 'b', 'c', 'a']),
      ]
    })

    expect(calls).toBe(10)
  })

  it('asks for the same tools again, in parallel', async () => {
    await expectSameAgain(async (provider) => {
      const model = create(provider).bindTools([weather, news])
      const answer = await model.invoke(QUESTION)
      const chunks = await collect(await model.stream(QUESTION))
      return { answer, chunks, whole: chunks.reduce((sum, chunk) => sum.concat(chunk)) }
    })
  })

  it.each(['functionCalling', 'jsonSchema'] as const)(
    'gives the same object again by %s',
    async (method) => {
      await expectSameAgain(async (provider) => {
        const model = create(provider)
        const plain = model.withStructuredOutput(forecast, { method, name: 'forecast' })
        const raw = model.withStructuredOutput(forecast, {
          method,
          name: 'forecast',
          includeRaw: true,
        })
        return [await plain.invoke(QUESTION), await raw.invoke(QUESTION)]
      })
    },
  )

  it('gives the same callbacks again for what streams under the hood', async () => {
    await expectSameAgain(async (provider) => {
      const tokens: string[] = []
      const callbacks = [{ handleLLMNewToken: (token: string) => void tokens.push(token) }]
      // Of chat completions LangChain counts the tokens itself, by tables that it fetches.
      const model = (name === 'openai' ? responses : create)(provider, { streaming: true })
      return { answer: await model.invoke(QUESTION, { callbacks }), tokens }
    })
  })

  it('answers images the same again, and tells them apart', async () => {
    await expectSameAgain(async (provider) => {
      const ask = (data: string) =>
        create(provider).invoke([
          new SystemMessage('Be brief.'),
          new HumanMessage({
            content: [
              { type: 'text', text: 'What is this?' },
              { type: 'image', source_type: 'base64', mime_type: 'image/png', data },
            ],
          }),
        ])
      return Promise.all([ask('aGVsbG8='), ask('d29ybGQ=')])
    })
  })

  it('fills its usage apart: cached and reasoning tokens are none of the others', async () => {
    const { recording, live } = await expectSameAgain(async (provider) => [
      await create(provider).invoke('Say something about the weather of tomorrow'),
      (await collect(await create(provider).stream(QUESTION))).reduce((sum, chunk) =>
        sum.concat(chunk),
      ),
    ])

    const { usage } = recording.end?.totals ?? {}
    const total = Object.values({ ...usage }).reduce((sum, count) => sum + count, 0)
    const told = live.reduce(
      (sum, { usage_metadata }) => sum + (usage_metadata?.total_tokens ?? 0),
      0,
    )
    expect(total).toBe(told)
    expect(usage?.cachedInputTokens).toBeGreaterThan(0)
  })
})

describe('OpenAI', () => {
  it('streams the same object again', async () => {
    await expectSameAgain(async (provider) => {
      const model = openai(provider).withStructuredOutput(forecast, { method: 'functionCalling' })
      return collect(await model.stream(QUESTION))
    })
  })

  it('gives several answers to one prompt again', async () => {
    await expectSameAgain(async (provider) => {
      const model = openai(provider, { n: 2 })
      return (await model.generate([[new HumanMessage(QUESTION)]])).generations
    })
  })

  it('makes the same callbacks for tokens again', async () => {
    await expectSameAgain(async (provider) => {
      const tokens: unknown[] = []
      const callbacks = [
        {
          handleLLMNewToken: (...args: unknown[]) => {
            const [token, index, , , , fields] = args
            tokens.push([token, index, fields])
          },
        },
      ]
      await collect(await openai(provider).stream(QUESTION, { callbacks }))
      return tokens
    })
  })

  it('answers the same again in the first version of content blocks', async () => {
    await expectSameAgain(async (provider) => {
      const model = responses(provider, { outputVersion: 'v1' })
      return [await model.invoke(QUESTION), await collect(await model.stream(QUESTION))]
    })
  })

  it('reasons the same again', async () => {
    const { recording } = await expectSameAgain(async (provider) => {
      const model = responses(provider, { reasoning: { effort: 'low', summary: 'auto' } })
      return [await model.invoke(QUESTION), await collect(await model.stream(QUESTION))]
    })

    const decisions = recording.events.filter(({ kind }) => kind === 'decision')
    expect(decisions).toHaveLength(2)
    expect(decisions[0]?.outcome?.value).toMatchObject({ reasoning: expect.any(String) as string })
  })
})

describe('Anthropic', () => {
  it('thinks the same again', async () => {
    const { recording } = await expectSameAgain(async (provider) => {
      const model = anthropic(provider, {
        thinking: { type: 'enabled', budget_tokens: 1024 },
        maxTokens: 4096,
      })
      return [await model.invoke(QUESTION), await collect(await model.stream(QUESTION))]
    })

    expect(recording.events.filter(({ kind }) => kind === 'decision')).toHaveLength(2)
  })
})
