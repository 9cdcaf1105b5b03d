import * as managers03 from '@langchain/core/callbacks/manager'
import * as context03 from '@langchain/core/context'
import * as documents03 from '@langchain/core/documents'
import * as chatModels03 from '@langchain/core/language_models/chat_models'
import * as llms03 from '@langchain/core/language_models/llms'
import * as messages03 from '@langchain/core/messages'
import * as outputs03 from '@langchain/core/outputs'
import * as retrievers03 from '@langchain/core/retrievers'
import * as tools03 from '@langchain/core/tools'
import { ChatOpenAI } from '@langchain/openai'
import { createRetake } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { RetakeCallbackHandler, type LangChainModules } from '@retake/langchain'
import { startProvider } from '@retake/loopback-provider'
import * as managers10 from 'core-1.0/callbacks/manager'
import * as context10 from 'core-1.0/context'
import * as documents10 from 'core-1.0/documents'
import * as chatModels10 from 'core-1.0/language_models/chat_models'
import * as llms10 from 'core-1.0/language_models/llms'
import * as messages10 from 'core-1.0/messages'
import * as outputs10 from 'core-1.0/outputs'
import * as retrievers10 from 'core-1.0/retrievers'
import * as tools10 from 'core-1.0/tools'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

const LINE_03 = {
  chatModels: chatModels03,
  llms: llms03,
  tools: tools03,
  retrievers: retrievers03,
  messages: messages03,
  outputs: outputs03,
  documents: documents03,
  context: context03,
  managers: managers03,
} satisfies LangChainModules

const LINE_10 = {
  chatModels: chatModels10,
  llms: llms10,
  tools: tools10,
  retrievers: retrievers10,
  messages: messages10,
  outputs: outputs10,
  documents: documents10,
  context: context10,
  managers: managers10,
} satisfies LangChainModules

// The lines have the same shape as far as they are used here.
const LINES = { '0.3.80': LINE_03, '1.0.6': LINE_10 as unknown as typeof LINE_03 }

let runs = 0

/** Classes of one line, with answers that are new each time. */
function createParts({
  chatModels,
  llms,
  messages,
  outputs,
  retrievers,
  tools,
  documents,
}: typeof LINE_03) {
  class Parrot extends chatModels.SimpleChatModel {
    _llmType(): string {
      return 'parrot'
    }

    async _call(asked: messages03.BaseMessage[]): Promise<string> {
      return `${asked.length} ${++runs}`
    }

    override async *_streamResponseChunks(
      asked: messages03.BaseMessage[],
      _options: unknown,
      runManager?: { handleLLMNewToken(token: string): Promise<void> },
    ): AsyncGenerator<outputs03.ChatGenerationChunk> {
      for (const text of ['Well, ', String(asked.length), ` ${++runs}`]) {
        const message = new messages.AIMessageChunk({ content: text, id: 'one' })
        yield new outputs.ChatGenerationChunk({ text, message })
        await runManager?.handleLLMNewToken(text)
      }
    }
  }

  class Writer extends llms.LLM {
    _llmType(): string {
      return 'writer'
    }

    async _call(prompt: string): Promise<string> {
      return `${prompt} ${++runs}`
    }
  }

  class Library extends retrievers.BaseRetriever {
    override lc_namespace = ['test']

    override async _getRelevantDocuments(query: string): Promise<documents03.Document[]> {
      return [new documents.Document({ pageContent: `${query} ${++runs}` })]
    }
  }

  const count = tools.tool(({ upTo }: { upTo: number }) => `${upTo} ${++runs}`, {
    name: 'count',
    description: 'Counts',
    schema: z.object({ upTo: z.number() }),
  })
  return {
    parrot: new Parrot({}),
    writer: new Writer({}),
    library: new Library({}),
    count,
    messages,
  }
}

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const parts: T[] = []
  for await (const part of stream) parts.push(part)
  return parts
}

/** Records `run`, replays it, and asserts that it gives the same, while `runs` stands still. */
async function expectSameAgain<T>(run: () => Promise<T>): Promise<T> {
  const environment = { RETAKE_REPLAY_ENABLED: '1' }
  const retake = createRetake({ store: createMemoryStore(), environment, log: false })
  const live = await retake.session(async (session) => ({ session, result: await run() }))
  await live.session.settled
  const before = runs

  const replayed = await retake.replay(live.session.id, run)

  expect(runs).toBe(before)
  expect(withoutRunIds(replayed)).toStrictEqual(withoutRunIds(live.result))
  return replayed
}

function withoutRunIds(value: unknown): unknown {
  const text = JSON.stringify(value, (key, part: unknown) => (key === 'run_id' ? '<id>' : part))
  return JSON.parse(text.replace(/run-[0-9a-f-]{36}/g, '<id>')) as unknown
}

describe.each(['0.3.80', '1.0.6'] as const)('LangChain %s', (line) => {
  const modules = LINES[line]
  void new RetakeCallbackHandler({ modules })
  const { parrot, writer, library, count, messages } = createParts(modules)

  it('answers the same again', async () => {
    const answer = await expectSameAgain(() => parrot.invoke('hello'))

    expect(answer).toBeInstanceOf(messages.AIMessage)
  })

  it('streams the same again, in chunks that add up', async () => {
    const chunks = await expectSameAgain(async () => collect(await parrot.stream('hello')))

    const whole = chunks.reduce((sum, chunk) => sum.concat(chunk))
    expect(whole.content).toBe(chunks.map(({ content }) => content as string).join(''))
  })

  it('streams the same events again', async () => {
    const events = await expectSameAgain(() =>
      collect(parrot.streamEvents('hello', { version: 'v2' })),
    )

    expect(events.map(({ event }) => event)).toContain('on_chat_model_stream')
  })

  it('answers a batch the same again', async () => {
    await expectSameAgain(() => parrot.batch(['one', 'two', 'one'], { maxConcurrency: 2 }))
  })

  it('completes, finds and runs the same again', async () => {
    await expectSameAgain(async () => [
      await writer.invoke('hello'),
      await library.invoke('cats'),
      await count.invoke({ upTo: 3 }),
      await count.invoke({ type: 'tool_call', id: 'call_1', name: 'count', args: { upTo: 4 } }),
    ])
  })
})

describe('ChatOpenAI of LangChain 0.3', () => {
  it('answers and streams the same again, with tools', async () => {
    const { count } = createParts(LINE_03)
    const provider = await startProvider()
    const model = new ChatOpenAI({
      model: 'gpt-4o-mini',
      apiKey: 'none',
      configuration: { baseURL: provider.url },
    })

    await expectSameAgain(async () => [
      await model.invoke('hello'),
      await collect(await model.stream('hello')),
      await model.bindTools([count]).invoke('Count to 3'),
      await collect(await model.bindTools([count]).stream('Count to 3')),
      provider.calls.total > 4 ? 'called again' : 'served',
    ])
    await provider.close()
  })
})
