import { InMemoryCache } from '@langchain/core/caches'
import { RunnableLambda } from '@langchain/core/runnables'
import { tool } from '@langchain/core/tools'
import { FakeEmbeddings } from '@langchain/core/utils/testing'
import { END, interrupt, MemorySaver, START, StateGraph, Annotation } from '@langchain/langgraph'
import { z } from 'zod'
import { FakeModel } from './model.mjs'

const REQUESTS = 8

// What LangChain tells includes the details in the totals.
const USAGE = {
  input_tokens: 100,
  input_token_details: { cache_read: 40 },
  output_tokens: 50,
  output_token_details: { reasoning: 20 },
  total_tokens: 150,
}

/** Each uses LangChain through an observer, and answers from what it has observed. */
export const QUESTIONS = {
  '8 concurrent requests keep their own calls': async ({ request, observed }) => {
    const model = new FakeModel()
    const chain = RunnableLambda.from((question) => question).pipe(model)
    const numbers = Array.from({ length: REQUESTS }, (_, number) => number)
    await Promise.all(
      numbers.map((number) =>
        request(`request ${number}`, (options) => chain.invoke(`question ${number}`, options)),
      ),
    )
    const all = await observed()
    return numbers.every((number) =>
      all.some(
        (one) =>
          one.kind === 'model' &&
          one.text.includes(`question ${number}`) &&
          rootOf(one, all).text.startsWith(`request ${number}`),
      ),
    )
  },

  'a stream that is broken off comes to an end': async ({ request, observed }) => {
    await request('request', async (options) => {
      for await (const _chunk of await new FakeModel().stream('hello', options)) break
    })
    return (await models(observed)).some(({ state }) => state !== 'open')
  },

  '`model.streamEvents` is seen': async ({ request, observed }) => {
    await request('request', async (options) => {
      for await (const _event of new FakeModel().streamEvents('hello', options)) continue
    })
    return (await models(observed)).length > 0
  },

  'input that a tool refuses is seen': async ({ request, observed }) => {
    const schema = z.object({ city: z.string() })
    const weather = tool(() => 'sunny', { name: 'weather', description: 'Weather', schema })
    await request('request', (options) => weather.invoke({ city: 1 }, options).catch(() => {}))
    return (await observed()).some(({ kind, state }) => kind === 'tool' && state === 'error')
  },

  'embeddings are seen': async ({ request, observed, embeddings }) => {
    const model = embeddings(new FakeEmbeddings())
    await request('request', () => model.embedQuery('hello'))
    return (await observed()).some(({ kind }) => kind === 'embedding')
  },

  'answers from a cache are marked': async ({ request, observed }) => {
    const model = new FakeModel({ cache: new InMemoryCache() })
    await request('request', async (options) => {
      await model.invoke('hello', options)
      await model.invoke('hello', options)
    })
    if (model.asked !== 1) throw new Error('The cache was not used.')
    const marked = (await models(observed)).filter(({ text }) => CACHED.test(text))
    return marked.length === 1
  },

  '`interrupt()` is no error': async ({ request, observed }) => {
    const graph = new StateGraph(Annotation.Root({ answer: Annotation() }))
      .addNode('ask', () => ({ answer: interrupt('May I?') }))
      .addEdge(START, 'ask')
      .addEdge('ask', END)
      .compile({ checkpointer: new MemorySaver() })
    await request('request', (options) =>
      graph.invoke({}, { ...options, configurable: { thread_id: '1' } }),
    )
    const seen = (await observed()).filter(({ kind }) => kind !== 'request')
    return seen.length > 0 && seen.every(({ state }) => state !== 'error')
  },

  'cached and reasoning tokens are kept': async (observer) => {
    const { cached, reasoning } = await usageOf(observer)
    return cached === 40 && reasoning === 20
  },

  'token counts are disjoint': async (observer) => {
    const { input, cached, output, reasoning } = await usageOf(observer)
    return input + cached === 100 && output + reasoning === 50
  },
}

const CACHED = /\bcache(?:d|_hit|Hit)["\\]*:\s*["\\]*true/

async function usageOf({ request, observed }) {
  const model = new FakeModel({ usage: USAGE })
  await request('request', (options) => model.invoke('hello', options))
  const [call] = await models(observed)
  return call.usage
}

async function models(observed) {
  return (await observed()).filter(({ kind }) => kind === 'model')
}

function rootOf(one, all) {
  const parent = all.find(({ id }) => id === one.parent)
  return parent === undefined ? one : rootOf(parent, all)
}
