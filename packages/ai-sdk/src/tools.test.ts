import * as ai from 'ai'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { wrapAISDK, wrapTool, wrapTools } from './index.ts'
import { collect, openai, QUESTION } from './testing/providers.ts'
import { expectSameAgain, rehearse } from './testing/rehearse.ts'
import type { Provider } from '@retake/loopback-provider'
import { callsOf, treeOf } from '@retake/testing'

const { generateText, streamText, ToolLoopAgent } = wrapAISDK(ai)
const inputSchema = z.object({ city: z.string() })
const stopWhen = ai.isStepCount(4)

/** Counts how often something ran, to tell a live run from a replay. */
function createCounter() {
  let runs = 0
  return { ran: () => ++runs, runs: () => runs }
}

/** Runs tools in a stream and gives all its parts. */
async function streamTools(provider: Provider, tools: ai.ToolSet) {
  const model = openai(provider)('gpt-5')
  return collect(streamText({ model, tools, stopWhen, prompt: QUESTION }).fullStream)
}

class Thermometer {
  readonly inputSchema = inputSchema
  readonly #offset = 273.15
  readonly #counter: { ran(): number }

  constructor(counter: { ran(): number }) {
    this.#counter = counter
  }

  async execute() {
    return { kelvin: this.#counter.ran() + this.#offset }
  }

  toModelOutput({ output }: { output: { kelvin: number } }) {
    return { type: 'text' as const, value: `${output.kelvin - this.#offset} degrees` }
  }
}

function unavailable(run: number): Error {
  return Object.assign(new Error(`run ${run}`), { name: 'Unavailable', code: 'STATION_DOWN' })
}

type Make = (counter: { ran(): number }) => ai.Tool

// The shapes that a tool can have; each is run by a model that calls it.
const SHAPES: Record<string, Make> = {
  'that is asynchronous': (counter) =>
    ai.tool({ inputSchema, execute: async ({ city }) => ({ city, run: counter.ran() }) }),
  'that is synchronous': (counter) =>
    ai.tool({ inputSchema, execute: () => `run ${counter.ran()}` }),
  'that returns nothing': (counter) =>
    ai.tool({ inputSchema, execute: async () => void counter.ran() }),
  'that throws an error of its own': (counter) =>
    ai.tool({
      inputSchema,
      execute: async (): Promise<string> => {
        throw unavailable(counter.ran())
      },
    }),
  'that throws at once': (counter) =>
    ai.tool({
      inputSchema,
      execute: (): string => {
        throw new RangeError(`run ${counter.ran()}`)
      },
    }),
  'that throws a string': (counter) =>
    ai.tool({ inputSchema, execute: () => Promise.reject<string>(`run ${counter.ran()}`) }),
  'with preliminary results': (counter) =>
    ai.tool({
      inputSchema,
      async *execute({ city }) {
        yield { city, status: 'looking' }
        yield { city, status: `run ${counter.ran()}` }
      },
    }),
  'that fails after a preliminary result': (counter) =>
    ai.tool({
      inputSchema,
      async *execute() {
        yield 'looking'
        throw unavailable(counter.ran())
      },
    }),
  'that is dynamic': (counter) =>
    ai.dynamicTool({ inputSchema, execute: async (input) => ({ input, run: counter.ran() }) }),
  'of a class with private fields': (counter) => new Thermometer(counter),
  'that is frozen': (counter) =>
    Object.freeze(ai.tool({ inputSchema, execute: () => counter.ran() })),
  'with output that JSON cannot hold': (counter) =>
    ai.tool({
      inputSchema,
      execute: async () => ({
        at: new Date(counter.ran()),
        byHour: new Map([[12, 7.5]]),
        image: Uint8Array.of(137, 80, 78, 71),
        source: new URL('https://weather.example/oslo'),
        humidity: Number.NaN,
        wind: undefined,
      }),
      toModelOutput: ({ output }) => ({ type: 'text', value: output.at.toISOString() }),
    }),
}

describe('a tool', () => {
  it.each(Object.entries(SHAPES))('%s is served, not run', async (_shape, make) => {
    const counter = createCounter()

    const { recording } = await expectSameAgain((provider) =>
      streamTools(provider, { weather: make(counter) }),
    )

    expect(counter.runs()).toBe(1)
    expect(callsOf(recording).map(({ kind }) => kind)).toStrictEqual(['llm', 'tool', 'llm'])
  })

  it('fails again with the name and the code of its error', async () => {
    const { replayed } = await expectSameAgain((provider) =>
      streamTools(provider, {
        weather: SHAPES['that throws an error of its own']!(createCounter()),
      }),
    )

    expect(replayed.find(({ type }) => type === 'tool-error')).toMatchObject({
      error: { name: 'Unavailable', message: 'run 1', code: 'STATION_DOWN' },
    })
  })

  it('is given its context, which is not recorded', async () => {
    const seen: string[] = []
    const weather = ai.tool({
      inputSchema,
      contextSchema: z.object({ token: z.string() }),
      execute: async (_input, { context }) => seen.push(context.token),
    })

    const { recording } = await expectSameAgain(async (provider) => {
      const model = openai(provider)('gpt-5')
      const toolsContext = { weather: { token: 'token-of-the-user' } }
      return (
        await generateText({ model, tools: { weather }, toolsContext, stopWhen, prompt: QUESTION })
      ).text
    })

    expect(seen).toStrictEqual(['token-of-the-user'])
    expect(JSON.stringify(recording)).not.toContain('token-of-the-user')
  })

  it('without execute is given back as it is', () => {
    const weather = ai.tool({ inputSchema })

    expect(wrapTools({ weather }).weather).toBe(weather)
  })

  it('is recorded under the id of the call that the model made', async () => {
    const { recording } = await expectSameAgain((provider) =>
      streamTools(provider, { weather: SHAPES['that is synchronous']!(createCounter()) }),
    )

    const [asked, executed] = callsOf(recording)
    expect(asked?.attributes?.toolCalls).toStrictEqual([{ id: executed?.key, name: 'weather' }])
  })
})

describe('parallel tools', () => {
  it('come out in the order in which they were done', async () => {
    const counter = createCounter()
    const isOver = Promise.withResolvers<void>()

    const { live, calls } = await expectSameAgain((provider) =>
      streamTools(provider, {
        slow: ai.tool({
          inputSchema,
          execute: async () => {
            await isOver.promise
            return counter.ran()
          },
        }),
        quick: ai.tool({
          inputSchema,
          execute: async () => {
            setImmediate(isOver.resolve)
            return counter.ran()
          },
        }),
      }),
    )

    const results = live.flatMap((part) => (part.type === 'tool-result' ? part.toolName : []))
    expect(results).toStrictEqual(['quick', 'slow'])
    expect({ calls, runs: counter.runs() }).toStrictEqual({ calls: 2, runs: 2 })
  })
})

describe('a tool that asks a model itself', () => {
  function createForecast(provider: Provider, counter: { ran(): number }) {
    return ai.tool({
      inputSchema,
      execute: async ({ city }, { abortSignal }) => {
        counter.ran()
        const agent = new ToolLoopAgent({ id: 'forecaster', model: openai(provider)('gpt-5-mini') })
        const result = await agent.stream({ prompt: `Forecast for ${city}`, abortSignal })
        return result.text
      },
    })
  }

  it('is served whole, without the calls that it made', async () => {
    const counter = createCounter()

    const { calls, recording } = await expectSameAgain((provider) =>
      streamTools(provider, { forecast: createForecast(provider, counter) }),
    )

    expect({ calls, runs: counter.runs() }).toStrictEqual({ calls: 3, runs: 1 })
    expect(treeOf(recording)).toStrictEqual([
      'chain streamText',
      '  chain step',
      '    llm openai.responses/gpt-5',
      '    tool forecast',
      '      chain forecaster',
      '        chain step',
      '          llm openai.responses/gpt-5-mini',
      '  chain step',
      '    llm openai.responses/gpt-5',
    ])
  })

  it('runs again with the policy live, and its calls are served', async () => {
    const counter = createCounter()

    const { calls, live, replayed } = await rehearse(async (provider) => {
      const tools = wrapTools({ forecast: createForecast(provider, counter) }, { forecast: 'live' })
      return (
        await generateText({ model: openai(provider)('gpt-5'), tools, stopWhen, prompt: QUESTION })
      ).text
    })

    expect(replayed).toBe(live)
    expect({ calls, runs: counter.runs() }).toStrictEqual({ calls: 3, runs: 2 })
  })

  it('is served after all when the replay says so', async () => {
    const counter = createCounter()

    await expectSameAgain(
      async (provider) => {
        const forecast = wrapTool('forecast', createForecast(provider, counter), 'live')
        const model = openai(provider)('gpt-5')
        return (await generateText({ model, tools: { forecast }, stopWhen, prompt: QUESTION })).text
      },
      { replay: { tools: 'serve' } },
    )

    expect(counter.runs()).toBe(1)
  })
})

describe('a tool that needs approval', () => {
  it('goes on with an id that was made up', async () => {
    const counter = createCounter()
    const weather = ai.tool({ inputSchema, needsApproval: true, execute: () => counter.ran() })

    const { live } = await expectSameAgain(async (provider) => {
      const options = { model: openai(provider)('gpt-5'), tools: { weather }, stopWhen }
      const messages: ai.ModelMessage[] = [{ role: 'user', content: QUESTION }]
      const asked = await generateText({ ...options, messages })
      const [request] = asked.content.filter(({ type }) => type === 'tool-approval-request')
      const { approvalId } = request as { approvalId: string }
      messages.push(...asked.response.messages, {
        role: 'tool',
        content: [{ type: 'tool-approval-response', approvalId, approved: true }],
      })
      const answered = await generateText({ ...options, messages })
      return { approvalId, text: answered.text }
    })

    expect(live.approvalId).toMatch(/^\w+/)
    expect(counter.runs()).toBe(1)
  })
})

describe('a tool that is aborted', () => {
  it('ends in the same way again', async () => {
    const counter = createCounter()

    const { live } = await expectSameAgain(async (provider) => {
      const controller = new AbortController()
      const tools = {
        weather: ai.tool({
          inputSchema,
          execute: (_input, { abortSignal }) => {
            counter.ran()
            return new Promise<string>((_resolve, reject) => {
              abortSignal?.addEventListener('abort', () => reject(abortSignal.reason as Error))
            })
          },
        }),
      }
      const model = openai(provider)('gpt-5')
      const { abort, signal } = { abort: () => controller.abort(), signal: controller.signal }
      const onToolExecutionStart = () => void setImmediate(abort)
      const result = streamText({
        model,
        tools,
        stopWhen,
        abortSignal: signal,
        onToolExecutionStart,
        prompt: QUESTION,
      })
      return collect(result.fullStream)
    })

    expect(live.at(-1)?.type).toBe('abort')
    expect(counter.runs()).toBe(1)
  })
})
