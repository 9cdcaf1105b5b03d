import { InMemoryCache } from '@langchain/core/caches'
import { Document } from '@langchain/core/documents'
import { Embeddings } from '@langchain/core/embeddings'
import { LLM } from '@langchain/core/language_models/llms'
import { BaseRetriever } from '@langchain/core/retrievers'
import { tool } from '@langchain/core/tools'
import { OpenAIEmbeddings } from '@langchain/openai'
import type { Provider } from '@retake/loopback-provider'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { callsOf } from '@retake/testing'
import { RetakeCallbackHandler, retakeEmbeddings } from './index.ts'
import { anthropic, openai, QUESTION } from './testing/models.ts'
import { expectSameAgain } from './testing/rehearse.ts'

void new RetakeCallbackHandler()

let runs = 0

class Library extends BaseRetriever {
  override lc_namespace = ['test']
  readonly #shelf = 'first'

  override async _getRelevantDocuments(query: string): Promise<Document[]> {
    const metadata = { shelf: this.#shelf, found: new Date(runs) }
    return [new Document({ pageContent: `${query} ${++runs}`, metadata, id: 'one' })]
  }
}

class Parrot extends LLM {
  _llmType(): string {
    return 'parrot'
  }

  async _call(prompt: string): Promise<string> {
    return `${prompt} ${++runs}`
  }
}

function embeddings({ url }: Provider): OpenAIEmbeddings {
  return retakeEmbeddings(
    new OpenAIEmbeddings({
      model: 'text-embedding-3-small',
      apiKey: 'none',
      configuration: { baseURL: url },
    }),
  )
}

describe('a retriever', () => {
  it('finds the same again, without looking', async () => {
    const { recording, replayed } = await expectSameAgain(() => new Library({}).invoke('cats'))

    expect(callsOf(recording)).toMatchObject([{ kind: 'retrieval', name: 'Library' }])
    expect(replayed[0]).toBeInstanceOf(Document)
  })

  it('finds the same again in a batch', async () => {
    await expectSameAgain(() => new Library({}).batch(['cats', 'dogs', 'cats']))
  })
})

describe('embeddings', () => {
  it('are the same again', async () => {
    const { recording } = await expectSameAgain(async (provider) => [
      await embeddings(provider).embedQuery('cats'),
      await embeddings(provider).embedDocuments(['cats', 'dogs']),
    ])

    expect(callsOf(recording).map(({ kind, name }) => `${kind} ${name}`)).toStrictEqual([
      'embedding text-embedding-3-small',
      'embedding text-embedding-3-small',
    ])
  })
})

describe('embeddings of more than text', () => {
  class Pictures extends Embeddings {
    async embedQuery(text: string): Promise<number[]> {
      const [vector = []] = await this.embedDocuments([text])
      return vector
    }

    async embedDocuments(texts: string[]): Promise<number[][]> {
      return texts.map(() => [++runs])
    }

    async embedMedia(media: string, options: { size: number }): Promise<number[]> {
      return [++runs, media.length, options.size]
    }
  }

  it('are the same again, with all that a method is given', async () => {
    const before = runs
    const pictures = () => retakeEmbeddings(new Pictures({}))
    const { recording } = await expectSameAgain(async () => [
      await pictures().embedQuery('cats'),
      await pictures().embedMedia('a picture', { size: 2 }),
    ])

    expect(runs).toBe(before + 2)
    expect(callsOf(recording).at(-1)?.request).toStrictEqual({
      method: 'embedMedia',
      input: 'a picture',
      rest: [{ size: 2 }],
    })
  })
})

describe('a model that completes text', () => {
  it('answers the same again', async () => {
    const { recording } = await expectSameAgain(() => new Parrot({}).batch(['hello', 'world']))

    expect(callsOf(recording)).toHaveLength(2)
  })
})

describe('a cache of answers', () => {
  it('is found filled the same way again, and costs nothing', async () => {
    const caches = new Map<Provider, InMemoryCache>()
    const { calls, recording } = await expectSameAgain(async (provider) => {
      const cache = new InMemoryCache(new Map())
      caches.set(provider, cache)
      const model = openai(provider, { cache })
      return [
        await model.invoke(QUESTION),
        await model.invoke(QUESTION),
        await model.invoke('Another one'),
      ]
    })

    expect(calls).toBe(2)
    const models = recording.events.filter(({ kind }) => kind === 'llm')
    expect(models.map(({ attributes }) => attributes?.cached)).toStrictEqual([
      undefined,
      true,
      undefined,
    ])
    expect(models[1]?.usage).toBeUndefined()
    expect(JSON.stringify(recording)).not.toContain('apiKey')
  })

  it('that holds answers of earlier sessions is not needed again', async () => {
    const cache = new InMemoryCache(new Map())
    let isFull = false
    await expectSameAgain(async (provider) => {
      const model = anthropic(provider, { cache: isFull ? new InMemoryCache(new Map()) : cache })
      isFull = true
      return model.invoke(QUESTION)
    })
  })
})

describe('a tool', () => {
  it('yields and returns the same again', async () => {
    const count = tool(
      async function* ({ upTo }) {
        for (let index = 0; index < upTo; index++) yield { index, run: ++runs }
        return `done ${++runs}`
      },
      { name: 'count', description: 'Counts', schema: z.object({ upTo: z.number() }) },
    )
    await expectSameAgain(async () => {
      const seen: unknown[] = []
      const callbacks = [{ handleToolEvent: (chunk: unknown) => void seen.push(chunk) }]
      const output: unknown = await count.invoke({ upTo: 3 }, { callbacks })
      return { output, seen }
    })
  })

  it('gives content and artifact again', async () => {
    const find = tool(
      ({ query }) => [`Found ${query}`, [new Document({ pageContent: String(++runs) })]],
      {
        name: 'find',
        description: 'Finds',
        schema: z.object({ query: z.string() }),
        responseFormat: 'content_and_artifact',
      },
    )
    const call = { type: 'tool_call', id: 'call_1', name: 'find', args: { query: 'cats' } } as const

    const { recording } = await expectSameAgain(async () => [
      await find.invoke({ query: 'dogs' }),
      await find.invoke(call),
    ])

    expect(callsOf(recording).map(({ key }) => key)).toStrictEqual([undefined, 'call_1'])
  })

  it('that is given the wrong input shows as a failed call', async () => {
    const strict = tool(() => 'never', {
      name: 'strict',
      description: 'Never runs',
      schema: z.object({ number: z.number() }),
    })
    const { recording } = await expectSameAgain(async (provider) => [
      await openai(provider).invoke(QUESTION),
      await strict.invoke({ number: 'one' } as never).catch((error: Error) => error.message),
    ])

    expect(recording.events).toContainEqual(
      expect.objectContaining({ kind: 'tool', name: 'strict', state: 'error' }),
    )
  })
})
