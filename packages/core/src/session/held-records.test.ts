import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { call, createRetake, type RetakeOptions } from '../index.ts'
import { inSpan } from '../adapter.ts'
import { type LogRecord, type Store, createMemoryStore } from '@retake/store'
import { createDirectoryStore } from '@retake/store/directory'

/** An instance whose store tells what is appended to it, as `seq state` of each event. */
function setUp(options: RetakeOptions = {}) {
  const written: string[] = []
  const store: Store = {
    ...createMemoryStore(),
    open: () => ({ append: (record) => void written.push(nameOf(record)), close() {} }),
  }
  return { written, retake: createRetake({ ...options, store, log: false }) }
}

function nameOf(record: LogRecord): string {
  return record.type === 'event' ? `${record.seq} ${record.state}` : record.type
}

const ask = <T>(name: string, answer: () => T) =>
  call({ kind: 'tool', name, request: name }, answer)
const turn = () => new Promise<void>((resolve) => void setImmediate(resolve))

describe('the start of a call', () => {
  it('is one record with its end when that comes within the turn', async () => {
    const { written, retake } = setUp()

    await retake.session(() => ask('quick', async () => 1))

    expect(written.filter((name) => name !== 'end')).toEqual(['1 ok'])
  })

  it('is on the log when the turn is over', async () => {
    const { written, retake } = setUp()
    const answer = Promise.withResolvers<number>()

    const session = retake.session(() => ask('slow', () => answer.promise))
    expect(written).toEqual([])
    await turn()
    expect(written).toEqual(['1 pending'])
    answer.resolve(1)
    await session

    expect(written.slice(0, 2)).toEqual(['1 pending', '1 ok'])
  })

  it('comes before the end of any call that started later', async () => {
    const { written, retake } = setUp()

    await retake.session(() =>
      ask('outer', () =>
        inSpan({ kind: 'chain', name: 'step' }, () => ask('inner', async () => 1)),
      ),
    )

    expect(written.slice(0, 3)).toEqual(['1 pending', '2 pending', '3 ok'])
  })

  it('comes before the end of calls that the app made when it was told of it', async () => {
    const { written, retake } = setUp({
      onCall: ({ name }) => void (name === 'outer' && ask('inner', async () => 1)),
    })

    await retake.session(() => ask('outer', async () => 1))

    expect(written.slice(0, 3)).toEqual(['1 pending', '2 ok', '1 ok'])
  })

  it.each<[string, () => Promise<unknown>]>([
    ['within the turn', async () => 1],
    ['later', () => turn()],
  ])('keeps its attributes when the end comes %s', async (_when, answer) => {
    const retake = createRetake({ store: createMemoryStore(), log: false })
    const attributes = { region: 'eu' }

    const id = await retake.session(async (session) => {
      await call({ kind: 'tool', name: 'search', request: 1, attributes }, answer)
      return session.id
    })

    const data = await retake.store.load(id)
    expect(data?.events[0]?.attributes).toEqual(attributes)
  })

  it('is written when the process exits in the middle of the turn', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'retake-starts-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const script = `
      import { call, createRetake } from '${new URL('../index.ts', import.meta.url).href}'
      import { createDirectoryStore } from '@retake/store/directory'
      const store = createDirectoryStore({ directory: process.argv[1] })
      void createRetake({ store }).session(() => {
        void call({ kind: 'tool', name: 'slow', request: 1 }, () => new Promise(() => {}))
        process.exit()
      })`
    const flags = [
      '--conditions=@retake/source',
      '--no-warnings',
      '--input-type=module',
      '--eval',
      script,
    ]
    spawnSync(process.execPath, [...flags, directory], {
      cwd: import.meta.dirname,
      stdio: 'inherit',
    })

    const store = createDirectoryStore({ directory })
    const [session] = await store.list()
    const data = await store.load(session?.id ?? '')

    expect(data?.events.map(({ name, state }) => `${name} ${state}`)).toEqual(['slow pending'])
  })
})

describe('what a replay has served', () => {
  const ENVIRONMENT = { RETAKE_REPLAY_ENABLED: '1' }
  const ask = (question: string) =>
    call({ kind: 'tool', name: 'ask', request: question }, async () => `answer to ${question}`)
  const program = async () => [await ask('one'), await turn(), await ask('two')]

  /** Records the program, and replays it into a store that tells of every write. */
  async function replayInto(appendAll?: (records: readonly LogRecord[]) => void) {
    const written: string[][] = []
    const memory = createMemoryStore()
    const recorded = await createRetake({ store: memory, log: false }).session(async ({ id }) => {
      await program()
      return id
    })
    const store: Store = {
      ...memory,
      open: () => ({
        append: (record) => void written.push([nameOf(record)]),
        appendAll: appendAll ?? ((records) => void written.push(records.map(nameOf))),
        close() {},
      }),
    }
    const retake = createRetake({ store, log: false, environment: ENVIRONMENT })
    await retake.replay(recorded, program)
    return { written, stats: retake.stats() }
  }

  it('is written in one go, before the end', async () => {
    const { written } = await replayInto()

    expect(written).toEqual([['1 ok', '2 ok'], ['end']])
  })

  it('is written one by one when that fails', async () => {
    const { written, stats } = await replayInto(() => {
      throw new Error('The disk is full.')
    })

    expect(written).toEqual([['1 ok'], ['2 ok'], ['end']])
    expect(stats.dropped).toBe(0)
  })

  it('is written when the process ends in the middle', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'retake-served-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const store = createDirectoryStore({ directory })
    const id = await createRetake({ store, log: false }).session(async (session) => {
      await ask('one')
      return session.id
    })
    const script = `
      import { call, createRetake } from '${new URL('../index.ts', import.meta.url).href}'
      import { createDirectoryStore } from '@retake/store/directory'
      const [directory, id] = process.argv.slice(1)
      const environment = { RETAKE_REPLAY_ENABLED: '1' }
      await createRetake({ store: createDirectoryStore({ directory }), environment }).replay(id, async () => {
        await call({ kind: 'tool', name: 'ask', request: 'one' }, async () => 'live')
        process.exit()
      })`
    const flags = [
      '--conditions=@retake/source',
      '--no-warnings',
      '--input-type=module',
      '--eval',
      script,
    ]
    spawnSync(process.execPath, [...flags, directory, id], {
      cwd: import.meta.dirname,
      stdio: 'inherit',
    })

    const replay = (await store.list()).find(({ replayOf }) => replayOf === id)
    const data = await store.load(replay?.id ?? '')

    expect(data?.events).toMatchObject([{ name: 'ask', served: { seq: 1, tier: 'exact' } }])
  })
})
