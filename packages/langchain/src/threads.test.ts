import { HumanMessage } from '@langchain/core/messages'
import { tool } from '@langchain/core/tools'
import type * as langgraph from '@langchain/langgraph'
import {
  Command,
  entrypoint,
  InMemoryStore,
  interrupt,
  MemorySaver,
  MessagesAnnotation,
  START,
  StateGraph,
  type BaseStore,
  type LangGraphRunnableConfig,
} from '@langchain/langgraph'
import { createRetake, type SessionData } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { startProvider, type Provider } from '@retake/loopback-provider'
import { build } from 'esbuild'
import { createAgent } from 'langchain'
import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { RetakeCallbackHandler } from './index.ts'
import { collect, openai } from './testing/models.ts'
import { createRecorder, type Recorded } from './testing/recorder.ts'

void new RetakeCallbackHandler()

// Beside the package, so that what stays out of a bundle is found from there.
const BUNDLES = join(import.meta.dirname, '../node_modules/.bundles')
const THREAD = { configurable: { thread_id: 'one' } }

let provider: Provider
let runs = 0

beforeEach(async () => {
  provider = await startProvider({ thinkMs: 0, chunkDelayMs: 0 })
})

afterEach(() => provider.close())

const look = tool(
  ({ topic }) =>
    topic === 'ask' ? `told ${interrupt<string, string>('sure?')}` : `${topic} ${++runs}`,
  { name: 'look', description: 'Looks', schema: z.object({ topic: z.string() }) },
)

const say = (text: string) => ({ messages: [new HumanMessage(text)] })

const stateOf = async (saver: MemorySaver) => JSON.stringify(await collect(saver.list({})))

interface Seen {
  readonly next: readonly string[]
}

// All that an app can ask of a thread, before, during and after a turn.
function turnOf(saver: MemorySaver, input: unknown): () => Promise<Seen> {
  return async () => {
    const agent = createAgent({ model: openai(provider), tools: [look], checkpointer: saver })
    const before = (await agent.graph.getState(THREAD)).values as unknown
    const parts = await collect(
      await agent.stream(input as never, { ...THREAD, streamMode: ['updates', 'values'] }),
    )
    const history = await collect(agent.graph.getStateHistory(THREAD))
    const { values, next } = await agent.graph.getState(THREAD)
    return {
      before,
      parts,
      history: history.map((state) => state.values as unknown),
      values: values as unknown,
      next,
    }
  }
}

/** A saver whose serializer writes bytes of its own. */
class OddSaver extends MemorySaver {
  constructor() {
    const { serde } = new MemorySaver()
    const flip = (bytes: Uint8Array) => bytes.map((byte) => byte ^ 255)
    super({
      dumpsTyped: async (value: unknown) => ['odd', flip((await serde.dumpsTyped(value))[1])],
      loadsTyped: (_type: string, bytes: Uint8Array | string) =>
        serde.loadsTyped('json', typeof bytes === 'string' ? bytes : flip(bytes)) as Promise<never>,
    })
  }
}

describe('a thread with a checkpointer', () => {
  it.each([
    ['', MemorySaver],
    [' that writes bytes of its own', OddSaver],
  ])(
    'stays as it is while its turns are replayed%s, in any order and at once',
    async (_name, Saver) => {
      const saver = new Saver()
      const { record, expectSame } = createRecorder()
      const turns: Recorded<Seen>[] = []
      for (const text of ['one', 'two', 'three']) turns.push(await record(turnOf(saver, say(text))))
      provider.plan({ type: 'answer', toolCalls: [{ name: 'look', input: { topic: 'ask' } }] })
      turns.push(await record(turnOf(saver, say('four'))))
      turns.push(await record(turnOf(saver, new Command({ resume: 'yes' }))))
      expect(turns[3]?.live.next).toStrictEqual(['tools'])
      const before = { state: await stateOf(saver), calls: provider.calls.total, runs }

      for (const index of [1, 2, 0, 3, 4]) await expectSame(turns[index] as Recorded<Seen>)
      await Promise.all(turns.toReversed().map(expectSame))

      expect({ state: await stateOf(saver), calls: provider.calls.total, runs }).toStrictEqual(
        before,
      )
    },
  )

  it('is found where an id is made up for each run', async () => {
    const saver = new MemorySaver()
    const { record, expectSame } = createRecorder()
    const recorded = await record(async () => {
      const config = { configurable: { thread_id: randomUUID() } }
      const agent = createAgent({ model: openai(provider), tools: [look], checkpointer: saver })
      await agent.invoke(say('one'), config)
      return agent.invoke(say('two'), config)
    })
    const before = await stateOf(saver)

    await expectSame(recorded)

    expect(await stateOf(saver)).toBe(before)
  })

  it('is never that of another', async () => {
    const saver = new MemorySaver()
    const { record, expectSame } = createRecorder()
    const [mine, yours] = [randomUUID(), randomUUID()]
    let thread = mine
    const run = () => {
      const agent = createAgent({ model: openai(provider), tools: [], checkpointer: saver })
      return agent.invoke(say('one'), { configurable: { thread_id: thread } })
    }
    await record(run)
    const second = await record(run)
    const before = { state: await stateOf(saver), calls: provider.calls.total }
    thread = yours

    await expect(expectSame(second)).rejects.toMatchObject({ code: 'REPLAY_MISS' })

    expect({ state: await stateOf(saver), calls: provider.calls.total }).toStrictEqual(before)
  })

  it('is left alone by the replay of a session that holds no state, which says why', async () => {
    const saver = new MemorySaver()
    const { record, load } = createRecorder()
    const first = await record(turnOf(saver, say('one')))
    const recording = await load(first.id)
    const old: SessionData = {
      ...recording,
      events: recording.events.filter(({ kind }) => kind !== 'effect'),
    }
    const before = { state: await stateOf(saver), calls: provider.calls.total, runs }
    const retake = createRetake({
      store: createMemoryStore(),
      log: false,
      environment: { RETAKE_REPLAY_ENABLED: '1' },
    })

    await expect(retake.replay(old, first.run)).rejects.toThrow(/holds no state of its threads/)

    expect({ state: await stateOf(saver), calls: provider.calls.total, runs }).toStrictEqual(before)
  })

  it('that is frozen is refused before it is written to', async () => {
    const saver = Object.freeze(new MemorySaver())
    const { record, expectSame } = createRecorder()
    const recorded = await record(turnOf(saver, say('one')))
    const before = await stateOf(saver)

    await expect(expectSame(recorded)).rejects.toMatchObject({ code: 'REPLAY_ESCAPE' })

    expect(await stateOf(saver)).toBe(before)
  })

  it('is updated, looked up in the past, and deleted, in the view only', async () => {
    const saver = new MemorySaver()
    const { record, expectSame } = createRecorder()
    await record(turnOf(saver, say('one')))
    const turn = await record(async () => {
      const { graph } = createAgent({ model: openai(provider), tools: [look], checkpointer: saver })
      await graph.updateState(THREAD, { messages: [new HumanMessage('And?')] })
      const past = (await collect(graph.getStateHistory(THREAD))).at(-2)
      const forked = (await graph.invoke(null, past?.config)) as unknown
      const ids = (await collect(graph.getStateHistory(THREAD, { limit: 2 }))).length
      await saver.deleteThread('one')
      return { forked, ids, left: (await graph.getState(THREAD)).values as unknown }
    })
    await record(turnOf(saver, say('three')))
    const before = await stateOf(saver)

    await expectSame(turn)
    await expectSame(turn)

    expect(await stateOf(saver)).toBe(before)
  })

  it('stops in a graph in a graph and goes on in another session', async () => {
    const saver = new MemorySaver()
    const { record, expectSame } = createRecorder()
    const graph = () => {
      const inner = new StateGraph(MessagesAnnotation)
        .addNode('draft', async () => ({ messages: [await openai(provider).invoke('Draft')] }))
        .addNode('ask', () => ({
          messages: [new HumanMessage(interrupt<string, string>('sure?'))],
        }))
        .addEdge(START, 'draft')
        .addEdge('draft', 'ask')
        .compile({ checkpointer: true })
      return new StateGraph(MessagesAnnotation)
        .addNode('inner', inner)
        .addEdge(START, 'inner')
        .compile({ checkpointer: saver })
    }
    const turns: Recorded<unknown>[] = []
    for (const input of [say('one'), new Command({ resume: 'yes' }), say('two')]) {
      const run = async () => {
        const result = (await graph().invoke(input as never, THREAD)) as unknown
        const { tasks } = await graph().getState(THREAD, { subgraphs: true })
        return { result, tasks: tasks.length }
      }
      turns.push(await record(run))
    }
    const before = await stateOf(saver)

    for (const turn of turns.toReversed()) await expectSame(turn)
    await Promise.all(turns.map(expectSame))

    expect(await stateOf(saver)).toBe(before)
  })

  it('of an entrypoint keeps what it returned before', async () => {
    const saver = new MemorySaver()
    const { record, expectSame } = createRecorder()
    const turns: Recorded<unknown>[] = []
    for (const text of ['one', 'two', 'three']) {
      const run = () =>
        entrypoint(
          { checkpointer: saver, name: 'chat' },
          async (input: string, config: LangGraphRunnableConfig & { previous?: string }) => {
            const { text: said } = await openai(provider).invoke(
              `${config.previous ?? ''} ${input}`,
            )
            return said
          },
        ).invoke(text, THREAD)
      turns.push(await record(run))
    }
    const before = await stateOf(saver)

    for (const turn of turns.toReversed()) await expectSame(turn)

    expect(await stateOf(saver)).toBe(before)
  })
})

describe('a copy of langgraph in a bundle', () => {
  it('is warned of, and refused in a replay before it comes to its checkpointer', async () => {
    await mkdir(BUNDLES, { recursive: true })
    const folder = await mkdtemp(join(BUNDLES, 'graph-'))
    const outfile = join(folder, 'langgraph.mjs')
    const contents = "export * from '@langchain/langgraph'"
    await build({
      stdin: { contents, resolveDir: import.meta.dirname },
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      external: ['@langchain/core', '@langchain/core/*'],
    })
    const copy = (await import(outfile)) as typeof langgraph
    await rm(folder, { recursive: true })
    const saver = new copy.MemorySaver()
    const run = async () => {
      const graph = new copy.StateGraph(copy.MessagesAnnotation)
        .addNode('tell', async () => ({ messages: [await openai(provider).invoke('Hi')] }))
        .addEdge(copy.START, 'tell')
        .compile({ checkpointer: saver })
      return (await graph.invoke(say('one'), THREAD)).messages.length
    }
    const logged: string[] = []
    const retake = createRetake({
      store: createMemoryStore(),
      log: (line) => void logged.push(line),
      environment: { RETAKE_REPLAY_ENABLED: '1' },
    })
    const session = await retake.session(async (given) => {
      await run()
      return given
    })
    await session.settled
    const before = { state: await stateOf(saver), calls: provider.calls.total }

    await expect(retake.replay(session.id, run)).rejects.toMatchObject({ code: 'REPLAY_ESCAPE' })

    expect({ state: await stateOf(saver), calls: provider.calls.total }).toStrictEqual(before)
    expect(logged.join()).toContain('The state of a thread is not recorded')
  })
})

describe('the store of a graph', () => {
  const NOTES = ['notes', 'alice']
  const contentsOf = async (store: BaseStore) =>
    JSON.stringify(await store.search([], { limit: 99 }))

  it('stays as it is while turns that read and write it are replayed', async () => {
    const store = new InMemoryStore()
    const { record, expectSame } = createRecorder()
    const remember = tool(
      async ({ topic }, config: LangGraphRunnableConfig) => {
        const known = await config.store?.search(NOTES)
        await config.store?.put(NOTES, topic, { number: ++runs })
        return `knew ${known?.length}`
      },
      { name: 'look', description: 'Looks', schema: z.object({ topic: z.string() }) },
    )
    const turn = (text: string) => async () => {
      const { graph } = createAgent({ model: openai(provider), tools: [remember], store })
      const first = (await store.get(NOTES, 'count'))?.value['number'] as unknown
      const outer = new StateGraph(MessagesAnnotation)
        .addNode('count', async (_state, config: LangGraphRunnableConfig) => {
          const count = await config.store?.get(NOTES, 'count')
          const number = ((count?.value['number'] as number | undefined) ?? 0) + 1
          await config.store?.put(NOTES, 'count', { number })
          return say(`Turn ${(await config.store?.get(NOTES, 'count'))?.value['number']}: ${text}`)
        })
        .addNode('agent', graph)
        .addEdge(START, 'count')
        .addEdge('count', 'agent')
        .compile({ store })
      const result = (await outer.invoke(say(text))) as unknown
      const [found, spaces] = [await store.search(NOTES), await store.listNamespaces()]
      const [both] = await store.batch([{ namespace: NOTES, key: 'none' }] as const)
      return { first, result, found: found.map(({ key }) => key), spaces, both }
    }
    const turns: Recorded<unknown>[] = []
    for (const text of ['one', 'two', 'three']) turns.push(await record(turn(text)))
    const before = { contents: await contentsOf(store), runs }

    for (const index of [1, 2, 0]) await expectSame(turns[index] as Recorded<unknown>)
    await Promise.all(turns.map(expectSame))

    expect({ contents: await contentsOf(store), runs }).toStrictEqual(before)
  })
})
