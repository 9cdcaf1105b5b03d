import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { BaseChatModel } from '@langchain/core/language_models/chat_models'
import { AIMessage, HumanMessage, type BaseMessage } from '@langchain/core/messages'
import type { ChatResult, Generation, LLMResult } from '@langchain/core/outputs'
import { tool } from '@langchain/core/tools'
import { call, createRetake, isRetakeError, type Retake, type Session } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { OpenAIEmbeddings } from '@langchain/openai'
import type * as openaiModule from '@langchain/openai'
import { startProvider } from '@retake/loopback-provider'
import { createAgent } from 'langchain'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { instrumentLangChain, RetakeCallbackHandler, retakeModel, retakeTool } from './index.ts'
import { openai, QUESTION } from './testing/models.ts'
import { expectSameAgain, rehearse } from './testing/rehearse.ts'

void new RetakeCallbackHandler()

const require = createRequire(import.meta.url)
const environment = { RETAKE_REPLAY_ENABLED: '1' }

let runs = 0

class Parrot extends BaseChatModel {
  readonly #voice = 'Squawk'

  _llmType(): string {
    return 'parrot'
  }

  async _generate(messages: BaseMessage[]): Promise<ChatResult> {
    const text = `${this.#voice} ${messages.map((message) => message.text).join()} ${++runs}`
    return { generations: [{ text, message: new AIMessage(text) }] }
  }
}

/** Makes its calls in a method that no hook is in. */
class Rebel extends Parrot {
  override async generate(): Promise<LLMResult> {
    const text = String(++runs)
    return { generations: [[{ text, message: new AIMessage(text) } as Generation]] }
  }
}

interface Lab {
  readonly retake: Retake
  readonly lines: string[]
}

function createLab(): Lab {
  const lines: string[] = []
  const log = (text: string) => void lines.push(text)
  return { retake: createRetake({ store: createMemoryStore(), environment, log }), lines }
}

async function record({ retake }: Lab, body: () => Promise<unknown>): Promise<string> {
  const session = await retake.session(async (opened: Session) => {
    await body()
    return opened
  })
  await session.settled
  return session.id
}

async function codeOf(promise: Promise<unknown>): Promise<{ code: unknown; message: string }> {
  try {
    await promise
    return { code: undefined, message: '' }
  } catch (error) {
    return isRetakeError(error) ? error : { code: error, message: String(error) }
  }
}

describe("a model of one's own", () => {
  it('is recorded and served, with private fields', async () => {
    await expectSameAgain(() => new Parrot({}).batch(['hello', 'world', 'hello']))
  })

  it('that goes past the hooks is refused by a replay, in a session that has failed then', async () => {
    const lab = createLab()
    const handler = new RetakeCallbackHandler()
    class Noisy extends Rebel {
      override async generate(): Promise<LLMResult> {
        handler.handleChatModelStart({ id: ['test', 'Noisy'] }, [], 'run-1')
        return super.generate()
      }
    }
    const body = async () => new Noisy({}).invoke('hello').catch(() => 'never mind')
    const id = await record(lab, body)
    const before = runs

    const { code, message } = await codeOf(lab.retake.replay(id, body))

    expect(code).toBe('REPLAY_ESCAPE')
    expect(message).toContain('Noisy is not recorded')
    expect(message).toContain('retakeModel(model)')
    expect(runs).toBe(before)
    expect(lab.lines.filter((line) => line.includes('Noisy is not recorded'))).toHaveLength(1)
  })

  it('that cannot be given hooks runs while recording, and is refused in a replay', async () => {
    const lab = createLab()
    const model = Object.freeze(new Parrot({}))
    const body = () => model.invoke('hello')
    const id = await record(lab, body)
    const before = runs

    const { code, message } = await codeOf(lab.retake.replay(id, body))

    expect(code).toBe('REPLAY_ESCAPE')
    expect(message).toContain('Parrot is not recorded: it takes no hooks')
    expect(runs).toBe(before)
    expect(Object.getOwnPropertyNames(model)).not.toContain('_generate')
    expect(() => retakeModel(model)).toThrow(TypeError)
  })
})

describe('another copy of LangChain', () => {
  it('is armed when it was loaded with require', async () => {
    const { ChatOpenAI } = require('@langchain/openai') as typeof openaiModule
    const { AIMessage: Message } = require('@langchain/core/messages') as { AIMessage: unknown }
    void new RetakeCallbackHandler()

    const { replayed } = await expectSameAgain(async ({ url }) => {
      const fields = { model: 'gpt-4o-mini', apiKey: 'none', configuration: { baseURL: url } }
      const answer = await new ChatOpenAI(fields).invoke(QUESTION)
      const stream = await new ChatOpenAI(fields).stream(QUESTION)
      const parts: unknown[] = []
      for await (const part of stream) parts.push(part)
      return { answer, parts }
    })

    expect(Object.getPrototypeOf(replayed.answer)).toBe((Message as typeof AIMessage).prototype)
  })

  it('is refused by a replay until it is given', async () => {
    const file = pathToFileURL(require.resolve('@langchain/core/language_models/chat_models'))
    const href = file.href.replace(/\.cjs$/, '.js?another')
    const chatModels = (await import(href)) as { BaseChatModel: typeof BaseChatModel }
    class Stranger extends chatModels.BaseChatModel {
      _llmType(): string {
        return 'stranger'
      }

      async _generate(): Promise<ChatResult> {
        const text = `Hello ${++runs}`
        return { generations: [{ text, message: new AIMessage(text) }] }
      }
    }
    const lab = createLab()
    const body = () => new Stranger({}).invoke('hello')
    const id = await record(lab, body)
    const before = runs

    expect(await codeOf(lab.retake.replay(id, body))).toMatchObject({
      code: 'REPLAY_ESCAPE',
      message: expect.stringContaining('Stranger is not recorded') as string,
    })
    expect(runs).toBe(before)

    await expectSameAgain(() => retakeModel(new Stranger({})).invoke('hello'))
    instrumentLangChain({ chatModels })
    await expectSameAgain(body)
  })
})

describe('what no hook reaches', () => {
  it('is refused by a replay before it is sent, and warned of while recording', async () => {
    const provider = await startProvider({ thinkMs: 0 })
    const lab = createLab()
    const body = async () => {
      await openai(provider).invoke(QUESTION)
      const embeddings = new OpenAIEmbeddings({
        model: 'text-embedding-3-small',
        apiKey: 'none',
        maxRetries: 0,
        configuration: { baseURL: provider.url },
      })
      return embeddings.embedQuery('cats').catch(() => 'never mind')
    }
    const id = await record(lab, body)
    const calls = provider.calls.total

    const { code, message } = await codeOf(lab.retake.replay(id, body))
    await provider.close()

    expect(calls).toBe(2)
    expect(provider.calls.total).toBe(calls)
    expect({ code, message }).toMatchObject({
      code: 'REPLAY_ESCAPE',
      message: expect.stringContaining('does not come through a recorder') as string,
    })
    expect(lab.lines.filter((line) => line.includes('does not come through'))).toHaveLength(1)
  })
})

describe('a miss', () => {
  it('fails the replay although the agent takes it for an error of a tool', async () => {
    let text = 'first'
    const lenientTool = tool(async () => (await openaiText(text)).toUpperCase(), {
      name: 'shout',
      description: 'Shouts',
      schema: z.object({ city: z.string() }),
    })
    let url = ''
    const openaiText = async (prompt: string) => (await openai({ url }).invoke(prompt)).text

    const { code, message } = await codeOf(
      rehearse(async (provider) => {
        url = provider.url
        const agent = createAgent({
          model: openai(provider),
          tools: [retakeTool(lenientTool, { policy: 'live' })],
        })
        const state = await agent
          .invoke({ messages: [new HumanMessage(QUESTION)] })
          .catch((error: unknown) => error)
        text = 'second'
        return state
      }),
    )

    expect(code).toBe('REPLAY_MISS')
    expect(message).toContain('recorded "first"  now "second"')
  })

  it('names what another adapter has recorded', async () => {
    const lab = createLab()
    const options = {
      kind: 'llm',
      name: 'openai.chat/gpt-4o-mini',
      request: { prompt: [QUESTION] },
    } as const
    const id = await record(lab, async () => call(options, async () => 'hello'))

    const body = () => openai({ url: 'http://127.0.0.1:9/v1' }).invoke(QUESTION)
    const { code, message } = await codeOf(lab.retake.replay(id, body))

    expect(code).toBe('REPLAY_MISS')
    expect(message).toContain('no recording for llm openai/gpt-4o-mini')
    expect(message).toContain('nearest  entry 1 llm openai.chat/gpt-4o-mini')
  })
})

describe('the policy of a tool', () => {
  it('runs it for real where it says so, and serves what it asks for', async () => {
    let ran = 0
    const { report } = await rehearse(async (provider) => {
      const live = tool(
        async ({ city }) => {
          ran++
          return (await openai(provider).invoke(city)).text
        },
        { name: 'live', description: 'Runs', schema: z.object({ city: z.string() }) },
      )
      return retakeTool(live, { policy: 'live' }).invoke({ city: 'Oslo' })
    })

    expect(ran).toBe(2)
    expect(report).toMatchObject({ served: 1, live: [{ name: 'live' }] })
  })
})
