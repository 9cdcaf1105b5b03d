import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, describe, expect, it } from 'vitest'
import { childEnvironment, createRetake, type Retake } from './index.ts'
import { createDirectoryStore } from '@retake/store/directory'

const root = mkdtempSync(join(tmpdir(), 'retake-child-'))

afterAll(() => rmSync(root, { recursive: true }))

// Its model says how often it was asked in this process, and which process that is.
const CHILD = `
  import { createRetake } from '@retake/core'
  import { createDirectoryStore } from '@retake/core/stores/directory'

  const retake = createRetake({ store: createDirectoryStore({ directory: process.argv[1] }), log: false })
  let asked = 0
  const ask = retake.recorded('llm', 'model', async () => process.pid + '/' + ++asked)
  const run = () => retake.session(() => ask('the same question'))
  const answers = [await run(), await run()]
  if (process.argv[2]) answers.push(await run())
  console.log(JSON.stringify({ answers, asked }))
`

interface Answered {
  readonly answers: readonly string[]
  readonly asked: number
}

function setUp(name: string) {
  const directory = join(root, name)
  const retake = createRetake({
    store: createDirectoryStore({ directory }),
    log: false,
    environment: { RETAKE_REPLAY_ENABLED: '1' },
  })
  const plan = retake.recorded('llm', 'model', async () => 'the plan of the parent')
  return { retake, plan, startChild: (once = '') => startChild(directory, once) }
}

async function startChild(directory: string, more: string): Promise<Answered | undefined> {
  const flags = ['--conditions=@retake/source', '--input-type=module', '--eval', CHILD]
  const child = spawn(process.execPath, [...flags, directory, more], {
    cwd: join(import.meta.dirname, '..'),
    env: { ...process.env, ...childEnvironment() },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const said = await text(child.stdout)
  return said === '' ? undefined : (JSON.parse(said) as Answered)
}

const record = (retake: Retake, run: () => Promise<unknown>) =>
  retake.session(async (session) => ({ id: session.id, result: await run() }))

describe('childEnvironment', () => {
  it('has children record into the session of their parent, and replay their own part of it', async () => {
    const { retake, plan, startChild } = setUp('joined')
    const run = async () => [
      await plan(),
      ...(await Promise.all([startChild(), startChild()])),
      await startChild(),
    ]

    const { id, result } = await record(retake, run)
    const replayed = await retake.replay(id, run)

    const children = result as readonly Answered[]
    expect(children.slice(1).map(({ asked }) => asked)).toEqual([2, 2, 2])
    expect(new Set(children.slice(1).flatMap(({ answers }) => answers)).size).toBe(6)
    expect(replayed).toEqual(children.map((part, at) => (at === 0 ? part : { ...part, asked: 0 })))
    const kept = readdirSync(join(root, 'joined')).filter((file) => file.startsWith(id))
    expect(kept.filter((file) => file.endsWith('.jsonl'))).toHaveLength(7)
  })

  it('has a child fail that asks for more than was recorded', async () => {
    const { retake, startChild } = setUp('missed')
    const { id } = await record(retake, () => startChild())

    const replayed = await retake.replay(id, () => startChild('once more'))

    expect(replayed).toBeUndefined()
  })

  it('is empty outside of a session, and within a call that is recorded as a whole', async () => {
    const { retake } = setUp('apart')
    const model = retake.recorded('llm', 'model', async () => childEnvironment())

    expect(childEnvironment()).toEqual({})
    expect(await retake.session(() => model())).toEqual({})
  })
})

describe('a child that is to replay', () => {
  it('does not run for real where replays are off', async () => {
    const retake = createRetake({
      environment: { RETAKE_REPLAY: 'session-of-the-parent' },
      log: false,
    })

    await expect(retake.session(() => 'ran')).rejects.toMatchObject({ code: 'REPLAY_DISABLED' })
  })

  it('says so of a variable that cannot be read', async () => {
    const environment = { RETAKE_REPLAY_ENABLED: '1', RETAKE_REPLAY: 'no id' }

    await expect(
      createRetake({ environment, log: false }).session(() => 'ran'),
    ).rejects.toMatchObject({ code: 'REPLAY_HEADER_INVALID' })
  })
})
