import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import * as fc from 'fast-check'
import { afterAll, afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { newId } from '@retake/format'
import { endRecord, eventRecord, sessionRecord } from '@retake/format/records'
import { createDirectoryStore } from './directory.ts'
import { writeSession } from '../write-session.ts'

const fs = process.getBuiltinModule('node:fs')
const root = mkdtempSync(join(tmpdir(), 'retake-directory-'))

afterAll(() => rmSync(root, { recursive: true }))
afterEach(() => vi.restoreAllMocks())

function setUp() {
  const directory = join(mkdtempSync(join(root, 'store-')), '.retake')
  const store = createDirectoryStore({ directory })
  const session = sessionRecord()
  return { directory, store, session, file: join(directory, `${session.id}.jsonl`) }
}

// Other tests of the process open files, too.
function openFilesIn(directory: string): number {
  const within = `${realpathSync(directory)}/`
  return readdirSync('/proc/self/fd').filter((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith(within)
    } catch {
      return false
    }
  }).length
}

function journals(directory: string): readonly string[] {
  return readdirSync(directory).filter((name) => name.endsWith('.jsonl'))
}

/** Lets `writeSync` write so many bytes in all, as a disk that fills up does: short first, then an error. */
function fillDisk(bytes: number): void {
  const { writeSync } = fs
  let left = bytes
  vi.spyOn(fs, 'writeSync').mockImplementation(((
    descriptor: number,
    data: Uint8Array,
    offset: number,
    length: number,
  ) => {
    if (left === 0) throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' })
    const written = writeSync(descriptor, data, offset, Math.min(left, length))
    left -= written
    return written
  }) as typeof writeSync)
}

describe('files of the directory store', () => {
  it('makes its folder with the first session, for the owner only, and out of git', () => {
    const { directory, store, session, file } = setUp()
    expect(() => readdirSync(directory)).toThrow('ENOENT')

    store.open(session).close()

    expect(statSync(directory).mode & 0o777).toBe(0o700)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(directory, '.gitignore'), 'utf8')).toBe('*\n')
  })

  it('makes its folder again when it was removed', async () => {
    const { directory, store, session } = setUp()
    store.open(sessionRecord()).close()
    rmSync(directory, { recursive: true })

    writeSession(store, session, eventRecord(1))

    expect((await store.load(session.id))?.events).toHaveLength(1)
  })

  it('leaves a folder of the user as it is', () => {
    const { directory, store, session } = setUp()
    mkdirSync(directory)

    store.open(session).close()

    expect(readdirSync(directory)).toEqual([`${session.id}.jsonl`])
  })

  it('writes the header first, one record a line, as soon as it is appended', () => {
    const { store, session, file } = setUp()
    const log = store.open(session)
    log.append(eventRecord(1))

    const lines = readFileSync(file, 'utf8').split('\n')

    log.close()
    expect(lines.map((line) => line.slice(0, 24))).toEqual([
      '{"v":1,"type":"session",',
      '{"type":"event","id":"01',
      '',
    ])
  })

  it('gives every further writer a file of its own', async () => {
    const { directory, store, session } = setUp()
    for (const seq of [1, 2, 3]) writeSession(store, session, eventRecord(seq))

    const names = journals(directory)

    expect(names).toHaveLength(3)
    expect(names.filter((name) => /^[^.]+\.[a-z0-9]{14}\.jsonl$/.test(name))).toHaveLength(2)
    const { events = [] } = (await store.load(session.id)) ?? {}
    expect(events[0]?.writer).toBeUndefined()
    expect(new Set(events.map(({ seq }) => seq))).toEqual(new Set([1, 2, 3]))
  })

  it('reads and removes a session without looking through the others', async () => {
    const { directory, store, session } = setUp()
    writeSession(store, session, eventRecord(1))
    chmodSync(directory, 0o300)
    onTestFinished(() => chmodSync(directory, 0o700))
    const list = vi.spyOn(fs.promises, 'readdir')
    onTestFinished(() => list.mockRestore())

    expect((await store.load(session.id))?.events).toHaveLength(1)
    expect(await store.remove(session.id)).toBe(true)
    expect(list).not.toHaveBeenCalled()
    expect(await store.load(session.id)).toBeUndefined()
  })

  it('finds further writers by the mark that they leave, and removes it with them', async () => {
    const { directory, store, session } = setUp()
    for (const seq of [1, 2]) writeSession(store, session, eventRecord(seq))

    expect(readdirSync(directory)).toContain(`${session.id}.writers`)
    expect((await store.load(session.id))?.events).toHaveLength(2)
    expect(await store.remove(session.id)).toBe(true)
    expect(readdirSync(directory)).toEqual(['.gitignore'])
  })

  it('never writes through a symbolic link, and never reads one', async () => {
    const { directory, store, session, file } = setUp()
    mkdirSync(directory)
    writeFileSync(join(directory, 'target'), 'untouched')
    symlinkSync(join(directory, 'target'), file)

    writeSession(store, session, eventRecord(1))

    expect(readFileSync(join(directory, 'target'), 'utf8')).toBe('untouched')
    expect((await store.load(session.id))?.events).toHaveLength(1)
  })

  it('refuses late work for a session that was removed, and makes no file for it', async () => {
    const { directory, store, session } = setUp()
    const log = store.open(session)
    await store.remove(session.id)

    expect(() => log.append(eventRecord(1))).toThrow('ENOENT')
    expect(journals(directory)).toEqual([])
  })

  it.skipIf(!existsSync('/proc/self/fd'))('keeps few files open', async () => {
    const { store, directory } = setUp()
    const sessions = Array.from({ length: 600 }, () => sessionRecord())
    const logs = sessions.map((session) => store.open(session))
    for (const log of logs) log.append(eventRecord(1))

    const open = openFilesIn(directory)

    for (const log of logs) log.append(eventRecord(2))
    for (const log of logs) log.close()
    for (const log of logs) log.append(eventRecord(3))
    const last = await store.load(sessions.at(-1)?.id ?? '')
    expect(open).toBeGreaterThan(0)
    expect(open).toBeLessThanOrEqual(256)
    expect(last?.events).toHaveLength(3)
    expect(openFilesIn(directory)).toBe(0)
  })

  it('flushes what was written since the last time, also to logs that are closed', async () => {
    const { directory, store, session, file } = setUp()
    const removed = sessionRecord()
    const log = store.open(session)
    for (const other of [sessionRecord(), removed]) writeSession(store, other)
    rmSync(join(directory, `${removed.id}.jsonl`))
    const open = vi.spyOn(fs.promises, 'open')

    await store.flush?.()
    expect(open).toHaveBeenCalledTimes(3)

    log.append(eventRecord(1))
    await store.flush?.()
    expect(open).toHaveBeenCalledTimes(4)
    expect(open).toHaveBeenLastCalledWith(file, 'r+')
    log.close()
  })

  it('says so on a runtime without a file system', () => {
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined)

    expect(() => createDirectoryStore()).toThrow(
      expect.objectContaining({
        code: 'OPTION_INVALID',
        message: expect.stringMatching(/node:fs/),
      }),
    )
  })
})

describe('a disk that is full', () => {
  it('finishes a record that was written in pieces', async () => {
    const { store, session } = setUp()
    const { writeSync } = fs
    vi.spyOn(fs, 'writeSync').mockImplementation(((
      descriptor: number,
      data: Uint8Array,
      offset: number,
      length: number,
    ) => writeSync(descriptor, data, offset, Math.min(7, length))) as typeof writeSync)

    writeSession(store, session, eventRecord(1, { request: 'é😀'.repeat(100) }), endRecord())

    const read = await store.load(session.id)
    expect([read?.events[0]?.request, read?.end?.endState]).toEqual(['é😀'.repeat(100), 'success'])
  })

  it('loses what did not fit, and nothing that came before or after (P16)', async () => {
    const { directory, store } = setUp()
    const record = eventRecord(2, { request: 'é😀' })
    for (let bytes = 0; bytes <= Buffer.byteLength(JSON.stringify(record)); bytes++) {
      const session = sessionRecord()
      const log = store.open(session)
      log.append(eventRecord(1))
      fillDisk(bytes)
      expect(() => log.append(record)).toThrow('ENOSPC')
      expect(() => log.append(record)).toThrow('ENOSPC')
      vi.restoreAllMocks()
      log.append(eventRecord(3))
      log.append(eventRecord(4))
      log.close()

      const seqs = (await store.load(session.id))?.events.map(({ seq }) => seq)

      // The record is whole when only its line end is missing.
      expect(seqs?.filter((seq) => seq !== 2)).toEqual([1, 3, 4])
      const lines = readFileSync(join(directory, `${session.id}.jsonl`), 'utf8').split('\n')
      expect(lines.filter((line) => line === '')).toHaveLength(bytes > 0 ? 2 : 1)
    }
  })

  it('stays readable whatever is cut off where, in any order', async () => {
    const { store } = setUp()
    const room = fc.oneof(fc.nat({ max: 400 }), fc.constant(1000))
    const property = fc.asyncProperty(fc.array(room, { maxLength: 12 }), async (rooms) => {
      const session = sessionRecord()
      const log = store.open(session)
      const taken = rooms.flatMap((bytes, index) => {
        fillDisk(bytes)
        try {
          log.append(eventRecord(index + 1))
          return [index + 1]
        } catch {
          return []
        } finally {
          vi.restoreAllMocks()
        }
      })
      log.close()

      const seqs = (await store.load(session.id))?.events.map(({ seq }) => seq)

      expect(seqs).toEqual(expect.arrayContaining(taken))
    })
    await fc.assert(property, { numRuns: 50 })
  })

  it('leaves no session behind that could not even be opened', async () => {
    const { directory, store, session } = setUp()
    store.open(sessionRecord()).close()
    fillDisk(20)

    expect(() => store.open(session)).toThrow('ENOSPC')

    vi.restoreAllMocks()
    expect(journals(directory)).toHaveLength(1)
    expect(await store.load(session.id)).toBeUndefined()
  })
})

describe('journals that were cut off or changed', () => {
  it('reads a session that is cut off at any byte, once its header is whole (P16)', async () => {
    const { store, session, file } = setUp()
    writeSession(store, session, eventRecord(1, { request: 'é😀' }), eventRecord(2), endRecord())
    const { size } = statSync(file)
    const header = Buffer.byteLength(JSON.stringify(session))
    const found: number[] = []

    for (let length = size; length >= header; length--) {
      truncateSync(file, length)
      found.push((await store.load(session.id))?.events.length ?? -1)
    }

    expect(found).toEqual(found.toSorted((one, other) => other - one))
    expect([found[0], found.at(-1)]).toEqual([2, 0])
    for (let length = header - 1; length >= 0; length--) {
      truncateSync(file, length)
      await expect(store.load(session.id)).rejects.toThrow('has no header')
    }
  })

  it('does not take bytes that are not UTF-8 for text', async () => {
    const { store, session, file } = setUp()
    const bytes = Buffer.concat([
      Buffer.from('{"type":"event","request":"'),
      Buffer.from([0xff]),
      Buffer.from('"}'),
    ])
    writeSession(store, session, eventRecord(1))

    appendFileSync(file, bytes)
    expect((await store.load(session.id))?.events).toHaveLength(1)

    appendFileSync(file, `\n${JSON.stringify(eventRecord(2))}\n`)
    await expect(store.load(session.id)).rejects.toThrow(
      `${session.id}.jsonl, line 3, is not valid JSON`,
    )
  })

  it('leaves sessions that cannot be read out of the list', async () => {
    const { directory, store, session, file } = setUp()
    writeSession(store, session)
    writeFileSync(join(directory, 'notes.txt'), '')
    writeFileSync(join(directory, `${newId()}.jsonl`), '')
    writeFileSync(join(directory, 'inherited-id.jsonl'), 'not JSON\n{}\n')
    mkdirSync(join(directory, 'a-directory.jsonl'))
    symlinkSync(file, join(directory, 'symbolic-link.jsonl'))

    expect((await store.list()).map(({ id }) => id)).toEqual([session.id])
  })

  it('lists long sessions by their ends, cut off in the middle or not', async () => {
    const { store, session } = setUp()
    const log = store.open({ ...session, name: 'first' })
    log.append({ type: 'update', name: 'last' })
    for (let seq = 1; seq <= 500; seq++) log.append(eventRecord(seq, { request: 'x'.repeat(seq) }))
    log.append(endRecord())
    log.close()
    const readFile = vi.spyOn(fs, 'readFileSync')

    const listed = await store.list()

    expect(listed).toMatchObject([{ id: session.id, name: 'last', endState: 'success' }])
    expect(readFile).not.toHaveBeenCalled()
  })

  it('lists a session whose header or end is longer than what is looked at', async () => {
    const { store } = setUp()
    const long = 'x'.repeat(100_000)
    writeSession(store, sessionRecord({ goal: long }), endRecord())
    writeSession(
      store,
      sessionRecord(),
      eventRecord(1, { request: long }),
      endRecord({ report: long }),
    )

    expect((await store.list()).map(({ endState }) => endState)).toEqual(['success', 'success'])
  })
})

describe('several processes', () => {
  const store = new URL('directory.ts', import.meta.url).href

  /** Opens the session in a process of its own, and prints each `seq` when its record was appended. */
  function startWriter(directory: string, id: string, count: number) {
    const script = `
      import { writeSync } from 'node:fs'
      import { createDirectoryStore } from '${store}'
      import { eventRecord, sessionRecord } from '@retake/format/records'
      const log = createDirectoryStore({ directory: process.argv[1] }).open(sessionRecord({ id: process.argv[2] }))
      for (let seq = 1; seq <= ${count}; seq++) {
        log.append(eventRecord(seq, { request: 'x'.repeat(seq * 37 % 5000) }))
        writeSync(1, seq + '\\n')
      }`
    const flags = [
      '--conditions=@retake/source',
      '--no-warnings',
      '--input-type=module',
      '--eval',
      script,
    ]
    return spawn(process.execPath, [...flags, directory, id], {
      cwd: import.meta.dirname,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
  }

  it('lose no record that was appended when they are killed', async () => {
    const { directory, store: reader } = setUp()
    let records = 0
    for (let round = 0; round < 10; round++) {
      const id = newId()
      const child = startWriter(directory, id, 1_000_000)
      child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), Math.random() * 60))
      const [output] = await Promise.all([text(child.stdout), once(child, 'exit')])
      const printed = output.split('\n').slice(0, -1).map(Number)

      const seqs = (await reader.load(id))?.events.map(({ seq }) => seq)

      expect(child.signalCode).toBe('SIGKILL')
      expect(seqs?.slice(0, printed.length)).toEqual(printed)
      expect(seqs?.length).toBeLessThanOrEqual(printed.length + 1)
      records += printed.length
    }
    expect(records).toBeGreaterThan(100)
  })

  it('write to one session without tearing a file', async () => {
    const { directory, store: reader } = setUp()
    const id = newId()
    const children = Array.from({ length: 4 }, () => startWriter(directory, id, 500))
    await Promise.all(children.map((child) => text(child.stdout)))

    const { events = [] } = (await reader.load(id)) ?? {}

    const all = Array.from({ length: 500 }, (_, index) => index + 1)
    expect(events.map(({ seq }) => seq)).toEqual([all, all, all, all].flat())
    expect(new Set(events.map(({ writer }) => writer)).size).toBe(4)
  })
})
