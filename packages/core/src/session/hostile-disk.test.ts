import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, describe, expect, it } from 'vitest'
import type { Stats } from './stats.ts'

const root = mkdtempSync(join(tmpdir(), 'retake-disk-'))
// Another user has to get in.
chmodSync(root, 0o755)

afterAll(() => rmSync(root, { recursive: true, force: true }))

/** What a program in a process of its own has to tell. */
interface Told {
  readonly stats: Stats
  readonly log: readonly string[]
  /** How replays of its sessions end. */
  readonly replays: Readonly<Record<string, string>>
  readonly answers: readonly string[]
}

const PREAMBLE = `
  import fs from 'node:fs'
  import { createRetake, recorded } from '${new URL('../index.ts', import.meta.url).href}'
  import { createDirectoryStore } from '@retake/store/directory'
  const [directory, uid] = process.argv.slice(1)
  if (uid) process.setuid(Number(uid))
  const store = createDirectoryStore({ directory })
  const log = []
  const environment = { RETAKE_REPLAY_ENABLED: '1' }
  const retake = createRetake({ store, environment, log: (line) => log.push(line) })
  const answers = []
  const ask = recorded('llm', 'ask', async (prompt) => 'answer to ' + prompt)
  const replays = {}
  const sessions = {}
  async function session(name, body) {
    let settled
    await retake.session({ name }, async (opened) => {
      sessions[name] = { id: opened.id, body }
      settled = opened.settled
      answers.push(String((await body())).slice(0, 20))
    })
    await settled
  }
  async function tell() {
    const before = retake.stats()
    const reader = createRetake({ store, environment, log: false })
    for (const [name, { id, body }] of Object.entries(sessions)) {
      replays[name] = await reader.replay(id, body).then(() => 'well', (error) => error.data?.truncated ? error.code + ', truncated' : error.code ?? String(error))
    }
    process.stdout.write(JSON.stringify({ stats: before, log, replays, answers }))
  }
`

interface Surroundings {
  /** A command line for `sh`, in which `"$@"` is the program. */
  readonly shell?: string
  /** Whom the program runs as, once it is loaded: Node itself may lie where nobody else gets in. */
  readonly uid?: number
}

async function run(program: string, directory: string, around: Surroundings = {}): Promise<Told> {
  const { shell = 'exec "$@"', uid = '' } = around
  const flags = [
    '--conditions=@retake/source',
    '--no-warnings',
    '--input-type=module',
    '--eval',
    PREAMBLE + program,
  ]
  const command = [process.execPath, ...flags, directory, String(uid)]
  const child = spawn('sh', ['-c', shell, 'sh', ...command], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  expect(code).toBe(0)
  return JSON.parse(output) as Told
}

function folder(): string {
  const directory = join(mkdtempSync(join(root, 'disk-')), 'store')
  chmodSync(join(directory, '..'), 0o755)
  return directory
}

// Whether a small disk can be made here, in a name space of its own.
const canMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', root]).status === 0

describe.runIf(canMount)('a disk that is full for a while', () => {
  const PROGRAM = `
    const filler = directory + '/../filler'
    const turn = () => new Promise((resolve) => setTimeout(resolve, 20))
    function fill() {
      const file = fs.openSync(filler, 'w')
      try { for (;;) fs.writeSync(file, Buffer.alloc(512)) } catch {} finally { fs.closeSync(file) }
    }
    const full = Promise.withResolvers()
    const free = Promise.withResolvers()
    await session('before', () => ask('one'))
    const meanwhile = session('meanwhile', async () => {
      await ask('one')
      await full.promise
      await ask('two'.repeat(5000))
      await free.promise
      return ask('three')
    })
    const before = session('ended while full', async () => {
      await ask('one')
      await full.promise
      return ask('two'.repeat(5000))
    })
    await turn()
    fill()
    full.resolve()
    await session('opened while full', () => ask('one'))
    await before
    fs.rmSync(filler)
    free.resolve()
    await meanwhile
    await session('after', () => ask('one'))
    await tell()
  `

  it('costs what it did not take, is told once, and recording goes on', async () => {
    const disk = join(root, 'tiny')
    mkdirSync(disk)
    const mount = `mount -t tmpfs -o size=200k tmpfs ${disk} && exec "$@"`
    const shell = `exec unshare -rm sh -c '${mount}' sh "$@"`

    const { stats, log, replays, answers } = await run(PROGRAM, join(disk, 'store'), { shell })

    expect(answers).toHaveLength(5)
    expect(log).toEqual([expect.stringMatching(/does not take records, the app goes on: ENOSPC/)])
    expect(stats.dropped).toBeGreaterThan(4)
    expect(replays).toEqual({
      before: 'well',
      meanwhile: 'REPLAY_NO_SNAPSHOTS',
      'ended while full': 'REPLAY_MISS, truncated',
      'opened while full': 'REPLAY_SESSION_NOT_FOUND',
      after: 'well',
    })
  })
})

describe.runIf(process.platform !== 'win32')('a file that may not grow any more', () => {
  const PROGRAM = `
    await session('small', () => ask('one'))
    await session('too large', async () => {
      for (let call = 0; call < 50; call++) await ask(call + 'x'.repeat(2000))
      return 'all'
    })
    await session('after', () => ask('one'))
    await tell()
  `

  it('costs its session, which is never replayed as a whole', async () => {
    const shell = 'ulimit -f 64; exec "$@"'

    const { stats, log, replays, answers } = await run(PROGRAM, folder(), { shell })

    expect(answers).toEqual(['answer to one', 'all', 'answer to one'])
    expect(log).toEqual([expect.stringMatching(/does not take records, the app goes on: EFBIG/)])
    // A call that is answered at once is one record.
    expect(stats.dropped).toBeGreaterThan(25)
    expect(replays).toEqual({ small: 'well', 'too large': 'REPLAY_MISS, truncated', after: 'well' })
  })
})

describe.runIf(process.platform !== 'win32')('a process that may open few files', () => {
  const PROGRAM = `
    const bodies = Array.from({ length: 100 }, (_, index) => async () => {
      await ask('one')
      await new Promise((resolve) => setTimeout(resolve, 50))
      fs.closeSync(fs.openSync('/dev/null', 'r'))
      return ask('two ' + index)
    })
    await Promise.all(bodies.map((body, index) => session('session ' + index, body)))
    await tell()
  `

  it('records more sessions at a time than that, and leaves the app its files', async () => {
    const shell = 'ulimit -n 48; exec "$@"'

    const { stats, log, replays, answers } = await run(PROGRAM, folder(), { shell })

    expect(new Set(answers).size).toBe(100)
    expect(log).toEqual([])
    expect(stats).toMatchObject({ sessions: 100, dropped: 0, failures: 0 })
    expect(new Set(Object.values(replays))).toEqual(new Set(['well']))
  })

  it('goes on where it may open none', async () => {
    const program = `
      const held = []
      try { for (;;) held.push(fs.openSync('/dev/null', 'r')) } catch {}
      await session('without', () => ask('one'))
      for (const file of held) fs.closeSync(file)
      await session('with', () => ask('one'))
      await tell()
    `
    const { stats, log, replays, answers } = await run(program, folder(), {
      shell: 'ulimit -n 48; exec "$@"',
    })

    expect(answers).toEqual(['answer to one', 'answer to one'])
    expect(log).toEqual([expect.stringMatching(/does not take records, the app goes on: EMFILE/)])
    expect(stats.dropped).toBeGreaterThan(0)
    expect(replays).toEqual({ without: 'REPLAY_SESSION_NOT_FOUND', with: 'well' })
  })
})

describe.runIf(process.platform !== 'win32')('a folder that may not be written to', () => {
  // The modes of files do not hold for root.
  const nobody = process.getuid?.() === 0 ? { uid: 65_534 } : {}

  it('costs the sessions, is told once, and the app goes on', async () => {
    const directory = folder()
    mkdirSync(directory)
    chmodSync(directory, 0o555)
    const program = `
      for (const name of ['one', 'two', 'three']) await session(name, () => ask(name))
      await tell()
    `

    const { stats, log, replays, answers } = await run(program, directory, nobody)

    expect(answers).toEqual(['answer to one', 'answer to two', 'answer to three'])
    expect(log).toEqual([expect.stringMatching(/does not take records, the app goes on: EACCES/)])
    expect(stats).toMatchObject({ sessions: 3, calls: 3, failures: 3 })
    expect(new Set(Object.values(replays))).toEqual(new Set(['REPLAY_SESSION_NOT_FOUND']))
    expect(readdirSync(directory)).toEqual([])
  })

  it('refuses a journal that may not be read', async () => {
    const directory = folder()
    mkdirSync(directory)
    writeFileSync(join(directory, 'session-1.jsonl'), '', { mode: 0 })
    const program = `
      sessions.locked = { id: 'session-1', body: () => ask('one') }
      await tell()
    `

    const { replays } = await run(program, directory, nobody)

    expect(replays).toEqual({ locked: 'REPLAY_INVALID_SESSION' })
  })
})

describe('a folder that is removed while sessions run', () => {
  it('costs these sessions, is told once, and is made again', async () => {
    const program = `
      await session('removed', async () => {
        await ask('one')
        fs.rmSync(directory, { recursive: true })
        return ask('two')
      })
      await session('after', () => ask('one'))
      await tell()
    `

    const { stats, log, replays, answers } = await run(program, folder())

    expect(answers).toEqual(['answer to two', 'answer to one'])
    expect(log).toEqual([expect.stringMatching(/the app goes on: .* was removed while it ran/)])
    expect(stats).toMatchObject({ dropped: 1 })
    expect(replays).toEqual({ removed: 'REPLAY_SESSION_NOT_FOUND', after: 'well' })
  })
})
