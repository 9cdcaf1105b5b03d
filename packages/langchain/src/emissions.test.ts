import { dispatchCustomEvent } from '@langchain/core/callbacks/dispatch'
import { AIMessage } from '@langchain/core/messages'
import { RunnableLambda } from '@langchain/core/runnables'
import { StructuredTool, tool } from '@langchain/core/tools'
import { pushMessage } from '@langchain/langgraph'
import type { Provider } from '@retake/loopback-provider'
import { createAgent } from 'langchain'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { RetakeCallbackHandler } from './index.ts'
import { collect, openai, QUESTION } from './testing/models.ts'
import { expectSameAgain, rehearse } from './testing/rehearse.ts'

void new RetakeCallbackHandler()

type Config = { readonly writer?: (chunk: unknown) => void }
type Run = (given: { readonly q: string }, config: Config) => unknown

const schema = z.object({ q: z.string() })
const question = { messages: QUESTION }
const ALL_MODES = ['updates', 'custom', 'messages', 'values', 'tools', 'tasks'] as const

let ran = 0

function make(name: string, run: Run) {
  const counted: Run = (given, config) => {
    ran++
    return run(given, config)
  }
  return tool(counted as never, { name, description: name, schema })
}

type Made = ReturnType<typeof make>

const agentOf = (provider: Provider, ...tools: readonly Made[]) =>
  createAgent({ model: openai(provider), tools: [...tools], name: 'agent' })

/** Says something by each way that leads out of a tool. */
const WAYS: Readonly<Record<string, (provider: Provider) => Run>> = {
  'a writer':
    () =>
    (_given, { writer }) => {
      writer?.(`half way ${Math.random()}`)
      return 'done'
    },
  'a custom event': () => async () => {
    await dispatchCustomEvent('progress', { at: Math.random() })
    return 'done'
  },
  'tokens of a model':
    (provider) =>
    async ({ q }) =>
      (await openai(provider).invoke(q)).text,
  'a streamed chain': (provider) => {
    const chain = RunnableLambda.from((text: string) => text)
      .pipe(openai(provider))
      .pipe(RunnableLambda.from(({ text }: AIMessage) => text))
    return async ({ q }) => (await collect(await chain.stream(q))).join('')
  },
  'a pushed message': () => (_given, config) => {
    pushMessage(new AIMessage({ id: `m${Math.random()}`, content: 'pushed' }), config as never)
    return 'done'
  },
}

const within = (name: string, provider: Provider, inner: Made) =>
  make(name, async ({ q }, { writer }) => {
    writer?.('before')
    const { messages } = await agentOf(provider, inner).invoke({ messages: q })
    writer?.('after')
    return messages.at(-1)?.text
  })

const DEPTHS: Readonly<Record<string, (provider: Provider, run: Run) => Made>> = {
  'a tool': (_provider, run) => make('plain', run),
  'an agent in a tool': (provider, run) => within('outer', provider, make('inner', run)),
  'an agent in an agent in a tool': (provider, run) =>
    within('outer', provider, within('middle', provider, make('inner', run))),
}

type Agent = ReturnType<typeof agentOf>

/** Parts of a stream, and how each reads when it is taken, as a server would send it. */
async function collectRead(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const parts: unknown[] = []
  for await (const part of stream) parts.push(part, JSON.stringify(part))
  return parts
}

/** Ways to look at an agent while it runs. */
const VIEWS: Readonly<Record<string, (agent: Agent) => Promise<unknown>>> = {
  'all modes with subgraphs': async (agent) =>
    collectRead(await agent.stream(question, { streamMode: [...ALL_MODES], subgraphs: true })),
  'all modes': async (agent) =>
    collectRead(await agent.stream(question, { streamMode: [...ALL_MODES] })),
  messages: async (agent) => collectRead(await agent.stream(question, { streamMode: 'messages' })),
  custom: async (agent) => collectRead(await agent.stream(question, { streamMode: 'custom' })),
  'events v1': async (agent) => collectRead(agent.streamEvents(question, { version: 'v1' })),
  'events v2': async (agent) => collectRead(agent.streamEvents(question, { version: 'v2' })),
  'events v3': async (agent) => {
    const events = await agent.streamEvents(question, { version: 'v3' })
    // They tell when they were made.
    const untimed = async function* () {
      for await (const event of events)
        yield { ...event, params: { ...event.params, timestamp: 0 } }
    }
    return collectRead(untimed())
  },
}

describe('what a tool tells while it runs', () => {
  const cases = Object.keys(DEPTHS).flatMap((depth) =>
    Object.keys(WAYS).flatMap((way) => Object.keys(VIEWS).map((view) => ({ depth, way, view }))),
  )

  it.each(cases)('comes again: $way in $depth, by $view', async ({ depth, way, view }) => {
    const runs: number[] = []

    await expectSameAgain(async (provider) => {
      const before = ran
      const run = WAYS[way]?.(provider) as Run
      const agent = agentOf(provider, DEPTHS[depth]?.(provider, run) as Made)
      const seen = await VIEWS[view]?.(agent)
      runs.push(ran - before)
      return seen
    })

    expect(runs[0]).toBeGreaterThan(0)
    expect(runs[1]).toBe(0)
  })

  it('comes again in the order of tools that ran at the same time', async () => {
    await expectSameAgain(async (provider) => {
      const names = ['one', 'two']
      provider.plan({
        type: 'answer',
        toolCalls: names.map((name) => ({ name, input: { q: 'x' } })),
      })
      const tools = names.map((name, at) =>
        make(name, async ({ q }, { writer }) => {
          for (let step = 0; step < 3; step++) {
            await pause(5 + 7 * at + Math.random() * 9)
            writer?.(`${name} ${step}`)
            if (step === 1) await openai(provider).invoke(q)
          }
          return name
        }),
      )
      const agent = agentOf(provider, ...tools)
      return collect(
        await agent.stream(question, { streamMode: ['custom', 'messages', 'updates'] }),
      )
    })
  })

  it('comes again of a tool that fails', async () => {
    await expectSameAgain(async (provider) => {
      const failing = make('failing', (_given, { writer }) => {
        writer?.('about to fail')
        throw new Error('The tool has failed.')
      })
      const parts: unknown[] = []
      const agent = agentOf(provider, failing)
      try {
        const stream = await agent.stream(question, { streamMode: ['custom', 'updates'] })
        for await (const part of stream) parts.push(part)
      } catch (error) {
        parts.push((error as Error).message)
      }
      return parts
    })
  })

  it('comes again of a tool that gives its output bit by bit', async () => {
    await expectSameAgain(async (provider) => {
      const steps = tool(
        async function* (_given: unknown, { writer }: Config) {
          writer?.('first')
          yield 'one'
          writer?.('second')
          yield 'two'
          return 'done'
        } as never,
        { name: 'steps', description: 'steps', schema },
      )
      const agent = agentOf(provider, steps)
      return collect(await agent.stream(question, { streamMode: ['custom', 'tools'] }))
    })
  })

  it('comes again of a tool that fails while it gives its output bit by bit', async () => {
    await expectSameAgain(async (provider) => {
      const steps = tool(
        async function* (_given: unknown, { writer }: Config) {
          writer?.('first')
          yield 'one'
          writer?.('about to fail')
          throw new Error('The tool has failed.')
        } as never,
        { name: 'steps', description: 'steps', schema },
      )
      const parts: unknown[] = []
      try {
        const agent = agentOf(provider, steps)
        const stream = await agent.stream(question, { streamMode: ['custom', 'tools'] })
        for await (const part of stream) parts.push(part)
      } catch (error) {
        parts.push((error as Error).message)
      }
      expect(JSON.stringify(parts)).toContain('about to fail')
      return parts
    })
  })

  it('comes again of a tool that is a class', async () => {
    await expectSameAgain(async (provider) => {
      class Own extends StructuredTool {
        name = 'own'
        description = 'own'
        schema = schema
        async _call({ q }: { q: string }, _run: unknown, config?: object) {
          ;(config as Config).writer?.('from a class')
          return (await openai(provider).invoke(q)).text
        }
      }
      const agent = agentOf(provider, new Own() as never)
      return collect(await agent.stream(question, { streamMode: ['custom', 'messages'] }))
    })
  })

  it('is stored without the secrets in it', async () => {
    const key = ['sk-proj-Ab1', 'x9'.repeat(12)].join('')

    const { recording } = await rehearse(async (provider) => {
      const telling = make('telling', (_given, { writer }) => {
        writer?.(`the key is ${key}`)
        return 'done'
      })
      return collect(await agentOf(provider, telling).stream(question, { streamMode: 'custom' }))
    })

    expect(JSON.stringify(recording)).toContain('the key is «secret:1»')
    expect(JSON.stringify(recording)).not.toContain(key)
  })
})
