import type { AIMessage } from '@langchain/core/messages'
import { RunnableLambda } from '@langchain/core/runnables'
import { FakeListChatModel } from '@langchain/core/utils/testing'
import { tool } from '@langchain/core/tools'
import { createRetake, currentSession, scope, type Retake } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { callsOf, treeOf } from '@retake/testing'
import { startProvider } from '@retake/loopback-provider'
import { createAgent } from 'langchain'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { attachRetake, RetakeCallbackHandler } from './index.ts'
import { collect, openai, QUESTION } from './testing/models.ts'
import { expectSameAgain } from './testing/rehearse.ts'

void new RetakeCallbackHandler()

const environment = { RETAKE_REPLAY_ENABLED: '1' }

function createTestRetake(log: false | ((text: string) => void) = false): Retake {
  return createRetake({ store: createMemoryStore(), environment, log })
}

describe('a model that many requests share', () => {
  it('answers each within its own session, a hundred at a time, however few it lets through', async () => {
    const provider = await startProvider({ thinkMs: 1, chunkDelayMs: 0 })
    const retake = createTestRetake()
    const model = openai(provider, { maxConcurrency: 3 })
    const chain = RunnableLambda.from((text: string) => text).pipe(model)
    const bodies = Array.from({ length: 100 }, (_, index) => async () => [
      (await chain.invoke(`number ${index % 7}`, { runName: `request ${index}` })).text,
      (await collect(await model.stream(`stream ${index % 7}`))).map(({ text }) => text).join(''),
    ])

    const recorded = await Promise.all(
      bodies.map((body) => retake.session(async (session) => ({ session, texts: await body() }))),
    )
    await Promise.all(recorded.map(({ session }) => session.settled))
    const calls = provider.calls.total
    await provider.close()

    expect(calls).toBe(200)
    for (const [index, { session }] of recorded.entries()) {
      const data = await retake.store.load(session.id)
      const chains = data?.events.filter(({ kind }) => kind === 'chain').map(({ name }) => name)
      expect(chains).toContain(`request ${index}`)
      expect(data && callsOf(data)).toHaveLength(2)
    }
    const replayed = await Promise.all(
      recorded.map(({ session }, index) =>
        retake.replay(session.id, bodies[index] ?? (async () => [])),
      ),
    )
    expect(replayed).toStrictEqual(recorded.map(({ texts }) => texts))
    expect(new Set(replayed.map(([text]) => text)).size).toBe(100)
  })
})

describe('the tree of a session', () => {
  it('has each call beneath the run that made it', async () => {
    const { recording } = await expectSameAgain(async (provider) => {
      const look = tool(async () => (await openai(provider).invoke('Look')).text, {
        name: 'look',
        description: 'Looks',
        schema: z.object({ what: z.string() }),
      })
      return createAgent({ model: openai(provider), tools: [look], name: 'seer' }).invoke({
        messages: [{ role: 'user', content: QUESTION }],
      })
    })

    expect(treeOf(recording)).toStrictEqual([
      'chain seer',
      '  chain model_request',
      '    llm openai/gpt-4o-mini',
      '    decision decision',
      '    chain RunnableLambda',
      '  chain tools',
      '    tool look',
      '      llm openai/gpt-4o-mini',
      '  chain model_request',
      '    llm openai/gpt-4o-mini',
      '    chain RunnableLambda',
    ])
  })

  it('keeps to the scopes of the user', async () => {
    const { recording } = await expectSameAgain(async (provider) => {
      const model = openai(provider)
      return Promise.all(
        ['a', 'b'].map((key) => scope('item', { key }, () => model.invoke('The same'))),
      )
    })

    expect(callsOf(recording).map(({ path }) => path)).toStrictEqual(['item[a]', 'item[b]'])
  })

  it('has runs once that are given the handler and find it themselves', async () => {
    const { recording } = await expectSameAgain(async (provider) => {
      const callbacks = [new RetakeCallbackHandler(), new RetakeCallbackHandler()]
      return RunnableLambda.from((text: string) => text)
        .pipe(openai(provider))
        .invoke(QUESTION, { callbacks })
    })

    const chains = recording.events.filter(({ kind }) => kind === 'chain').map(({ name }) => name)
    expect(chains).toStrictEqual(['RunnableSequence', 'RunnableLambda'])
  })

  it('has an end for a chain whose stream is broken off', async () => {
    const { recording } = await expectSameAgain(async (provider) => {
      const chain = RunnableLambda.from((text: string) => text).pipe(openai(provider))
      for await (const chunk of await chain.stream(QUESTION)) return chunk
      return undefined
    })

    expect(recording.events.map(({ state }) => state)).not.toContain('pending')
    expect(recording.end).toBeDefined()
  })

  it('tells why a chain failed', async () => {
    const { recording } = await expectSameAgain(async (provider) => {
      const fail = RunnableLambda.from((message: AIMessage) => {
        throw new RangeError(`Too long: ${message.text.length}`)
      })
      return openai(provider)
        .pipe(fail)
        .invoke(QUESTION)
        .catch((error: unknown) => error)
    })

    const root = recording.events.find(({ name }) => name === 'RunnableSequence')
    expect(root).toMatchObject({ state: 'error', attributes: { status: 'failed' } })
  })
})

describe('the handler', () => {
  it('does nothing outside of sessions', async () => {
    const provider = await startProvider()
    const handler = new RetakeCallbackHandler({ verbose: true })
    const model = openai(provider)

    const one = await model.invoke(QUESTION, { callbacks: [handler] })
    const other = await attachRetake(() => model.invoke(QUESTION), handler)
    await provider.close()

    expect(one.text).not.toBe(other.text)
    expect(Object.getOwnPropertyNames(model)).not.toContain('_generate')
  })

  it('leaves the keys of the models it arms alone', async () => {
    const model = new FakeListChatModel({ responses: ['hello'] })
    const keys = Object.keys(model)
    const json = JSON.stringify(model)

    await createTestRetake().session(() => model.invoke('hi'))

    expect(Object.getOwnPropertyNames(model)).toContain('_generate')
    expect(Object.keys(model)).toStrictEqual(keys)
    expect(JSON.stringify(model)).toBe(json)
  })

  it('prints runs when it is verbose', async () => {
    const lines: string[] = []
    const retake = createTestRetake((text) => void lines.push(text))
    const callbacks = [new RetakeCallbackHandler({ verbose: true })]

    await retake.session(() =>
      new FakeListChatModel({ responses: ['hello'] }).invoke('hi', { callbacks }),
    )

    expect(lines).toStrictEqual([
      'langchain: FakeListChatModel starts',
      'langchain: FakeListChatModel ends: ok',
    ])
    void new RetakeCallbackHandler()
  })

  it('drops thoughts and errors of tools when it is told to', async () => {
    void new RetakeCallbackHandler({ trackChainOfThought: false, trackToolErrors: false })
    const broken = tool(
      () => {
        throw new Error('broken')
      },
      { name: 'broken', description: 'Fails', schema: z.object({ city: z.string() }) },
    )

    const { recording } = await expectSameAgain(async (provider) => {
      const answer = await openai(provider).bindTools([broken]).invoke(QUESTION)
      return [answer, await broken.invoke({ city: 'Oslo' }).catch(String)]
    })

    const kinds = recording.events.map(({ kind }) => kind)
    expect(kinds).toStrictEqual(['llm', 'tool'])
    void new RetakeCallbackHandler()
  })

  it('is in the session of the run, also when LangChain runs callbacks in its queue', async () => {
    const retake = createTestRetake()
    const seen = await Promise.all(
      Array.from({ length: 20 }, () =>
        retake.session(async (session) => {
          const model = new FakeListChatModel({ responses: ['hello'], sleep: 1 })
          const slow = {
            awaitHandlers: false,
            handleChainStart: () => new Promise((resolve) => void setTimeout(resolve, 2)),
          }
          const chain = RunnableLambda.from((text: string) => text).pipe(model)
          await chain.invoke('hi', { callbacks: [slow] })
          return { session, inside: currentSession()?.id }
        }),
      ),
    )

    for (const { session, inside } of seen) {
      expect(inside).toBe(session.id)
      await session.settled
      const data = await retake.store.load(session.id)
      expect(data && treeOf(data)).toStrictEqual([
        'chain RunnableSequence',
        '  chain RunnableLambda',
        '  llm fake-list',
      ])
    }
  })
})
