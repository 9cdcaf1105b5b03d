import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type * as documentsModule from '@langchain/core/documents'
import type * as llmsModule from '@langchain/core/language_models/llms'
import type * as messagesModule from '@langchain/core/messages'
import type * as retrieversModule from '@langchain/core/retrievers'
import type * as toolsModule from '@langchain/core/tools'
import type * as openaiModule from '@langchain/openai'
import { createRetake, isRetakeError, type SessionData } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { startProvider, type Provider } from '@retake/loopback-provider'
import { callsOf } from '@retake/testing'
import { createAgent } from 'langchain'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { RetakeCallbackHandler, retakeModel } from './index.ts'
import { comparable } from './testing/comparable.ts'
import { copyLangChain, type Copies } from './testing/copies.ts'
import { collect, QUESTION } from './testing/models.ts'

// As an app does it: once, at start, and handed to nobody.
void new RetakeCallbackHandler()

let provider: Provider
let runs = 0
const made: Copies[] = []

beforeAll(async () => {
  provider = await startProvider({ thinkMs: 0, chunkDelayMs: 0 })
})

afterAll(async () => {
  await provider.close()
  await Promise.all(made.map((copies) => copies.remove()))
})

interface Copy {
  readonly openai: typeof openaiModule
  readonly tools: typeof toolsModule
  readonly messages: typeof messagesModule
  readonly llms: typeof llmsModule
  readonly retrievers: typeof retrieversModule
  readonly documents: typeof documentsModule
}

const CORE_FILES = {
  tools: 'tools/index',
  messages: 'messages/index',
  llms: 'language_models/llms',
  retrievers: 'retrievers/index',
  documents: 'documents/index',
}

type Load = (file: string) => unknown

async function loadCopy(load: Load, copies: Copies, extension: string): Promise<Copy> {
  const loaded: Record<string, unknown> = {
    openai: await load(copies.at('@langchain/openai/dist', `index.${extension}`)),
  }
  for (const [name, file] of Object.entries(CORE_FILES))
    loaded[name] = await load(copies.at('@langchain/core/dist', `${file}.${extension}`))
  return loaded as unknown as Copy
}

async function newCopies(): Promise<Copies> {
  const copies = await copyLangChain()
  made.push(copies)
  return copies
}

async function importCopy(): Promise<Copy> {
  return loadCopy(
    (file) => import(pathToFileURL(file).href) as Promise<unknown>,
    await newCopies(),
    'js',
  )
}

async function requireCopy(): Promise<Copy> {
  return loadCopy(createRequire(import.meta.url), await newCopies(), 'cjs')
}

const model = ({ openai }: Copy) =>
  new openai.ChatOpenAI({
    model: 'gpt-4o-mini',
    apiKey: 'none',
    maxRetries: 0,
    configuration: { baseURL: provider.url },
  })

/** A call of each kind, which may be the first that a copy is asked. No callbacks are passed. */
const CALLS: Readonly<Record<string, (copy: Copy) => Promise<unknown>>> = {
  invoke: (copy) => model(copy).invoke(QUESTION),
  stream: async (copy) => collect(await model(copy).stream(QUESTION)),
  batch: (copy) => model(copy).batch([QUESTION, 'Another one']),
  generate: (copy) => model(copy).generate([[new copy.messages.HumanMessage(QUESTION)]]),
  'invoke, with callbacks of its own': (copy) =>
    model(copy).invoke(QUESTION, { callbacks: [{ handleLLMStart() {} }] }),
  'events of version 2': async (copy) => {
    const events = await collect(model(copy).streamEvents(QUESTION, { version: 'v2' }))
    return events.map(({ event }) => event)
  },
  bindTools: (copy) =>
    model(copy)
      .bindTools([searchOf(copy)])
      .invoke(QUESTION),
  withConfig: (copy) =>
    model(copy)
      .withConfig({ tags: ['bound'] })
      .invoke(QUESTION),
  withRetry: (copy) => model(copy).withRetry().invoke(QUESTION),
  withFallbacks: (copy) =>
    model(copy)
      .withFallbacks({ fallbacks: [model(copy)] })
      .invoke(QUESTION),
  pipe: (copy) =>
    model(copy)
      .pipe((message: { text: string }) => message.text)
      .invoke(QUESTION),
  'a tool': (copy) => searchOf(copy).invoke({ query: 'cats' }),
  'a retriever': (copy) => {
    class Library extends copy.retrievers.BaseRetriever {
      override lc_namespace = ['test']
      override async _getRelevantDocuments(query: string) {
        return [new copy.documents.Document({ pageContent: `${query} ${++runs}` })]
      }
    }
    return new Library({}).invoke('cats')
  },
  'a model that completes text': (copy) => {
    class Parrot extends copy.llms.LLM {
      _llmType(): string {
        return 'parrot'
      }
      async _call(prompt: string): Promise<string> {
        return `${prompt} ${++runs}`
      }
    }
    return new Parrot({}).invoke('hello')
  },
}

function searchOf({ tools }: Copy) {
  return tools.tool(({ query }) => `${query} ${++runs}`, {
    name: 'search',
    description: 'Searches',
    schema: z.object({ query: z.string() }),
  })
}

function createLab() {
  const logged: string[] = []
  const store = createMemoryStore()
  const log = (text: string) => void logged.push(text)
  const retake = createRetake({ store, log, environment: { RETAKE_REPLAY_ENABLED: '1' } })
  const record = async (body: () => Promise<unknown>) => {
    let id = ''
    const live = await retake.session((session) => {
      id = session.id
      return body()
    })
    await new Promise((resolve) => void setImmediate(resolve))
    const recording = JSON.parse(JSON.stringify(await store.load(id))) as SessionData
    return { live, recording }
  }
  return { retake, record, logged }
}

// Messages of graphs have other ids each time.
const COMPARED_HERE = { ignore: ['result'] }

const reached = () => provider.calls.total + runs

const ALL = Object.entries(CALLS)
const SOME = ALL.filter(([name]) => /invoke|^stream|^a /.test(name))

const COPIES: readonly (readonly [string, () => Promise<Copy>, typeof ALL])[] = [
  ['a second copy, imported', importCopy, ALL],
  ['a second copy, required', requireCopy, SOME],
]

// Each case loads LangChain anew, which takes its time on a busy machine.
describe.each(COPIES)('%s', (_which, load, cases) => {
  it.each(cases)(
    'is recorded at its first call, and served at its first call in another process: %s',
    async (_call, call) => {
      const { retake, record, logged } = createLab()
      const recorder = await load()

      const { live, recording } = await record(() => call(recorder))
      const copy = await load()
      const before = reached()
      const replayed = await retake.replay(recording, () => call(copy), COMPARED_HERE)

      expect(callsOf(recording)).not.toEqual([])
      expect(comparable(replayed)).toStrictEqual(comparable(live))
      expect(reached()).toBe(before)
      expect(logged).toEqual([])
    },
  )

  it('is refused by a replay at a first call that streams events past the callbacks', async () => {
    const { retake, record, logged } = createLab()
    const call = async (copy: Copy) => {
      const stream = model(copy).streamEvents(QUESTION) as unknown as AsyncIterable<unknown>
      return collect(stream)
    }
    const first = await load()
    const { recording } = await record(() => call(first))
    expect(logged.filter((line) => line.includes('is not recorded'))).toHaveLength(1)

    const second = await load()
    const before = reached()
    const refused: unknown = await retake
      .replay(recording, () => call(second))
      .catch((error: unknown) => error)

    expect(isRetakeError(refused) && refused.code).toBe('REPLAY_ESCAPE')
    expect(reached()).toBe(before)

    const again = await record(() => call(second))
    expect(await retake.replay(again.recording, () => call(second))).toHaveLength(
      (again.live as unknown[]).length,
    )
  })
})

/** What gives another object than the one that was handed over. */
const MADE_OF_IT: Readonly<
  Record<string, (model: openaiModule.ChatOpenAI, copy: Copy) => Promise<unknown>>
> = {
  bindTools: (chat, copy) => chat.bindTools([searchOf(copy)]).invoke(QUESTION),
  withConfig: (chat) => chat.withConfig({ runName: 'named' }).invoke(QUESTION),
  'bindTools, then withConfig': (chat, copy) =>
    chat
      .bindTools([searchOf(copy)])
      .withConfig({ runName: 'named' })
      .invoke(QUESTION),
  withStructuredOutput: (chat) =>
    chat
      .withStructuredOutput(z.object({ city: z.string() }), { method: 'functionCalling' })
      .invoke(QUESTION)
      .catch((error: Error) => error.name),
  withRetry: (chat) => chat.withRetry().invoke(QUESTION),
  withFallbacks: (chat) => chat.withFallbacks({ fallbacks: [chat] }).invoke(QUESTION),
  withListeners: (chat) => chat.withListeners({ onStart() {} }).invoke(QUESTION),
  pipe: (chat) => chat.pipe((message: { text: string }) => message.text).invoke(QUESTION),
  asTool: (chat) =>
    chat.asTool({ name: 'ask', description: 'Asks', schema: z.string() }).invoke(QUESTION as never),
  'stream of a bound one': async (chat) =>
    collect(await chat.withConfig({ runName: 'named' }).stream(QUESTION)),
  'events of a bound one': async (chat) =>
    collect(chat.withConfig({ runName: 'named' }).streamEvents(QUESTION, { version: 'v2' })).then(
      (events) => events.map(({ event }) => event),
    ),
  'an agent': async (chat) => {
    const agent = createAgent({ model: chat as never, tools: [] })
    const { messages } = await agent.invoke({ messages: [{ role: 'user', content: QUESTION }] })
    return messages.map(({ text }) => text)
  },
}

describe('a model that was handed to retakeModel', () => {
  it.each(Object.entries(MADE_OF_IT))(
    'keeps its hooks in what is made of it: %s',
    async (_how, use) => {
      const { retake, record, logged } = createLab()
      const recorder = await importCopy()
      const { live, recording } = await record(() => use(retakeModel(model(recorder)), recorder))
      const copy = await importCopy()

      const before = reached()
      const replayed = await retake.replay(
        recording,
        () => use(retakeModel(model(copy)), copy),
        COMPARED_HERE,
      )

      expect(callsOf(recording).length).toBeGreaterThan(0)
      expect(comparable(replayed)).toStrictEqual(comparable(live))
      expect(reached()).toBe(before)
      expect(logged).toEqual([])
    },
  )

  it('has the classes of its own copy', async () => {
    const { retake, record } = createLab()
    const copy = await importCopy()
    const ask = async () => retakeModel(model(copy)).invoke(QUESTION)
    const { recording } = await record(ask)

    const replayed = await retake.replay(recording, ask)

    expect(Object.getPrototypeOf(replayed)).toBe(copy.messages.AIMessage.prototype)
  })
})
