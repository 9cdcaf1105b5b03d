import { once } from 'node:events'
import { connect } from 'node:net'
import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAI } from '@ai-sdk/openai'
import { ChatAnthropic } from '@langchain/anthropic'
import type { BaseChatModel } from '@langchain/core/language_models/chat_models'
import { ChatOpenAI } from '@langchain/openai'
import { wrapProvider } from '@retake/ai-sdk'
import { startProvider } from '@retake/loopback-provider'
import type { LanguageModel } from 'ai'

/** The model that the agents ask. */
export interface DemoModel {
  readonly title: string
  /** For the AI SDK. */
  readonly language: LanguageModel
  /** For LangChain. */
  readonly chat: BaseChatModel
  /** Requests that really left for the provider. */
  calls(): number
  /**
   * Takes the provider away, and tries to reach it.
   *
   * @returns what that fails with.
   * @throws when it does not fail.
   */
  stop(): Promise<string>
}

/** A real model where there is a key for one, else one of the loopback provider. */
export async function startModel(): Promise<DemoModel> {
  const { OPENAI_API_KEY, ANTHROPIC_API_KEY } = process.env
  if (OPENAI_API_KEY) return createOpenAIModel()
  return ANTHROPIC_API_KEY ? createAnthropicModel() : startLoopbackModel()
}

async function startLoopbackModel(): Promise<DemoModel> {
  const provider = await startProvider({ thinkMs: 200, chunkDelayMs: 4 })
  const openai = wrapProvider(createOpenAI({ baseURL: provider.url, apiKey: 'none' }))
  return {
    title: `loopback provider at ${provider.url}; set OPENAI_API_KEY or ANTHROPIC_API_KEY for a real one`,
    language: openai('gpt-5-mini'),
    chat: new ChatOpenAI({
      model: 'gpt-5-mini',
      apiKey: 'none',
      configuration: { baseURL: provider.url },
    }),
    calls: () => provider.calls.total,
    async stop() {
      await provider.close()
      const { hostname: host, port } = new URL(provider.url)
      return failureOf(once(connect(Number(port), host), 'connect'))
    },
  }
}

function createOpenAIModel(): DemoModel {
  const line = createLine()
  const openai = wrapProvider(createOpenAI({ fetch: line.fetch }))
  return {
    ...line,
    title: 'gpt-5-mini of OpenAI',
    language: openai('gpt-5-mini'),
    chat: new ChatOpenAI({ model: 'gpt-5-mini', configuration: { fetch: line.fetch } }),
  }
}

function createAnthropicModel(): DemoModel {
  const line = createLine()
  const anthropic = wrapProvider(createAnthropic({ fetch: line.fetch }))
  return {
    ...line,
    title: 'claude-haiku-4-5 of Anthropic',
    language: anthropic('claude-haiku-4-5'),
    chat: new ChatAnthropic({
      model: 'claude-haiku-4-5',
      clientOptions: { fetch: line.fetch },
    }),
  }
}

// A real provider cannot be stopped, but the line to it can be cut.
function createLine(): Pick<DemoModel, 'calls' | 'stop'> & { readonly fetch: typeof fetch } {
  let calls = 0
  let isCut = false

  async function fetchOverLine(...request: Parameters<typeof fetch>): Promise<Response> {
    if (isCut) throw new Error('the line is cut')
    calls++
    return fetch(...request)
  }

  return {
    fetch: fetchOverLine,
    calls: () => calls,
    stop() {
      isCut = true
      return failureOf(fetchOverLine('http://127.0.0.1'))
    },
  }
}

async function failureOf(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(
    () => undefined,
    (reason: Error) => reason,
  )
  if (error === undefined) throw new Error('The provider can still be reached.')
  return error.message
}
