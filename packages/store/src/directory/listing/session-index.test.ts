import {
  appendFileSync,
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  EVERY,
  INDEX,
  linesOf,
  MANY,
  NOWHERE,
  readsOf,
  setUp,
  setUpIndexed,
  truth,
} from '../../../test/indexed-folder.ts'
import { newId } from '@retake/format'
import { endRecord, sessionRecord } from '@retake/format/records'
import { writeSession } from '../../write-session.ts'

const fs = process.getBuiltinModule('node:fs')

afterEach(() => vi.restoreAllMocks())

describe('the index of a folder of sessions', () => {
  it('is made when many sessions were read, for its owner only, and is no session', async () => {
    const folder = setUp()
    const { directory, index, store, ids } = folder

    const listed = await store.list(EVERY)

    expect(listed.map(({ id }) => id)).toEqual(ids)
    expect(statSync(index).mode & 0o777).toBe(0o600)
    expect(readFileSync(index, 'latin1')).toMatch(/^[\n -~]*$/)
    expect(readdirSync(directory).filter((name) => name.startsWith('.'))).toEqual([
      '.gitignore',
      INDEX,
    ])
    expect(await store.list(EVERY)).toEqual(listed)
  })

  it('is not made for few sessions, nor for the newest of many', async () => {
    const few = setUp(100)
    const many = setUp()

    await few.store.list(EVERY)
    await many.store.list()

    expect([existsSync(few.index), existsSync(many.index)]).toEqual([false, false])
  })

  it('stands for all sessions that have not changed', async () => {
    const folder = await setUpIndexed()

    const reads = await readsOf(() => folder.store.list(NOWHERE))

    expect(reads).toEqual([])
    expect(await folder.store.list(EVERY)).toEqual(await truth(folder))
  })

  it('is not looked at to list the newest, nor to load a session', async () => {
    const { index, store, ids } = await setUpIndexed()
    writeFileSync(index, 'not looked at')
    const [newest = ''] = ids

    const reads = await readsOf(() => store.list({ limit: 3 }))
    const readdir = vi.spyOn(fs.promises, 'readdir')
    await store.load(newest)

    expect(reads).toEqual(ids.slice(0, 3).map((id) => `${id}.jsonl`))
    expect(readdir).not.toHaveBeenCalled()
    expect(readFileSync(index, 'utf8')).toBe('not looked at')
  })

  it('serves sessions whose ids do not tell when they were made', async () => {
    const { store, ids } = setUp()
    for (let day = 10; day < 30; day++) {
      const startedAt = `2027-01-${day}T00:00:00.000Z`
      writeSession(store, sessionRecord({ id: `inherited-${day}`, startedAt }), endRecord())
    }
    await store.list(EVERY)

    const reads = await readsOf(() => store.list(NOWHERE))
    const listed = await store.list({ limit: 21 })

    expect(reads).toEqual([])
    expect(listed.map(({ id }) => id)).toEqual([
      ...Array.from({ length: 20 }, (_, day) => `inherited-${29 - day}`),
      ids[0],
    ])
  })

  it('keeps sessions apart whose ids begin alike', async () => {
    const { store } = setUp()
    const ids = ['inherited', 'inherited-1', 'inherited-10', 'inherited_1']
    for (const [year, id] of [...ids, ...ids].entries()) {
      const startedAt = `203${year % 4}-01-01T00:00:00.000Z`
      writeSession(store, sessionRecord({ id, startedAt }), { type: 'update', tags: [id] })
    }

    for (let time = 0; time < 2; time++) {
      const listed = await store.list({ since: '2030-01-01' })

      expect(listed.map(({ id, tags }) => [id, tags])).toEqual(
        ids.toReversed().map((id) => [id, [id]]),
      )
    }
  })

  it('tells how far it is while many sessions are read, and lets others work', async () => {
    const { store } = setUp(250)
    const told: (readonly [number, number])[] = []
    let turns = 0
    const count = () => {
      turns++
      next = setImmediate(count)
    }
    let next = setImmediate(count)

    await store.list({ ...NOWHERE, onProgress: (done, total) => void told.push([done, total]) })
    clearImmediate(next)
    await store.list({ ...NOWHERE, onProgress: () => void told.push([0, 0]) })

    expect(told).toEqual([
      [100, 250],
      [200, 250],
    ])
    expect(turns).toBeGreaterThanOrEqual(2)
  })
})

describe('an index that is behind', () => {
  it('never shows a session that was removed', async () => {
    const folder = await setUpIndexed()
    const { store, ids, fileOf } = folder
    const [first = '', second = ''] = ids
    await store.remove(first)
    rmSync(fileOf(second))

    expect((await store.list(EVERY)).map(({ id }) => id)).toEqual(ids.slice(2))
    expect(await store.list({ name: `session ${MANY - 1} é😀` })).toEqual([])
  })

  it('shows what a running session has come to', async () => {
    const folder = await setUpIndexed()
    const { store } = folder
    const session = sessionRecord({ name: 'runs' })
    const log = store.open(session)
    const stateOf = async () => (await store.list({ name: 'runs', ...EVERY }))[0]?.endState
    expect(await stateOf()).toBe('indeterminate')

    log.append({ type: 'update', goal: 'known now' })
    expect(await store.list({ text: 'known NOW' })).toMatchObject([{ id: session.id }])

    log.append(endRecord())
    log.close()
    expect(await stateOf()).toBe('success')
  })

  it('sees late work, and a further writer, in sessions that it holds', async () => {
    const folder = await setUpIndexed()
    const { store, ids, fileOf } = folder
    const [late = '', joined = ''] = ids
    appendFileSync(fileOf(late), `${JSON.stringify(endRecord({ endState: 'failure' }))}\n`)
    writeSession(store, sessionRecord({ id: joined }), { type: 'update', tags: ['joined'] })

    expect((await store.list({ endState: 'failure' })).map(({ id }) => id)).toEqual([late])
    expect((await store.list({ tag: 'joined' })).map(({ id }) => id)).toEqual([joined])
    expect(await store.list(EVERY)).toEqual(await truth(folder))
  })

  it.each(['another file', 'the same file'])(
    'sees what was written to %s with the size and date of before',
    async (where) => {
      const { store, ids, fileOf } = await setUpIndexed()
      const id = ids.at(-1) ?? ''
      const before = statSync(fileOf(id))
      const text = readFileSync(fileOf(id), 'utf8').replace('"success"', '"failure"')
      const path = where === 'the same file' ? fileOf(id) : `${fileOf(id)}.new`
      writeFileSync(path, text)
      utimesSync(path, before.atime, before.mtime)
      renameSync(path, fileOf(id))

      const failed = await store.list({ endState: 'failure' })

      const now = statSync(fileOf(id))
      // Some lines of Node set a time that is a microsecond off.
      expect([now.size, Math.round(now.mtimeMs)]).toEqual([before.size, before.mtime.getTime()])
      expect(now.ino === before.ino).toBe(where === 'the same file')
      expect(failed.map((summary) => summary.id)).toEqual([id])
    },
  )

  it('is brought up to date once enough has changed, and reads only that until then', async () => {
    const { index, store } = await setUpIndexed()
    const before = readFileSync(index, 'utf8')
    for (let count = 0; count < 20; count++) writeSession(store, sessionRecord(), endRecord())

    expect(await readsOf(() => store.list(NOWHERE))).toHaveLength(20)
    expect(readFileSync(index, 'utf8')).toBe(before)

    for (let count = 0; count < 90; count++) writeSession(store, sessionRecord(), endRecord())
    expect(await readsOf(() => store.list(NOWHERE))).toHaveLength(110)
    expect(await readsOf(() => store.list(NOWHERE))).toEqual([])
  })

  it('is not written again by who reads what it holds', async () => {
    const { index, store, ids, fileOf } = await setUpIndexed()
    const before = statSync(index).ino
    appendFileSync(fileOf(ids[0] ?? ''), 'not JSON\n{}\n')

    const reads = await readsOf(() => store.list())

    expect(reads).toHaveLength(101)
    expect(statSync(index).ino).toBe(before)
  })

  it('leaves out sessions that are gone when it is brought up to date', async () => {
    const folder = await setUpIndexed()
    const { index, store, ids } = folder
    await store.remove(ids[0] ?? '')
    for (let count = 0; count < 110; count++) writeSession(store, sessionRecord(), endRecord())

    await store.list(NOWHERE)

    expect(readFileSync(index, 'utf8')).not.toContain(ids[0])
    expect(linesOf(index)).toHaveLength(MANY + 110 - 1 + 2)
  })
})

describe('sessions that cannot be read', () => {
  it('are left out without being read again, until they change', async () => {
    const { store, fileOf } = setUp(0)
    const ids = Array.from({ length: 110 }, () => newId())
    for (const id of ids) writeFileSync(fileOf(id), 'not JSON\n{}\n')
    expect(await store.list(NOWHERE)).toEqual([])

    expect(await readsOf(() => store.list(NOWHERE))).toEqual([])

    const [id = ''] = ids
    writeFileSync(fileOf(id), `${JSON.stringify(sessionRecord({ id }))}\n`)
    expect(await readsOf(() => store.list(NOWHERE))).toEqual([`${id}.jsonl`])
    expect((await store.list(EVERY)).map((summary) => summary.id)).toEqual([id])
  })

  it('are tried again when it was the disk that failed', async () => {
    const { store, ids } = setUp()
    const { readFileSync } = fs
    vi.spyOn(fs, 'readFileSync').mockImplementation(((path: string, options?: 'utf8') => {
      if (path.endsWith(`${ids[0]}.jsonl`)) throw Object.assign(new Error('EIO'), { code: 'EIO' })
      return options ? readFileSync(path, options) : readFileSync(path)
    }) as typeof readFileSync)
    expect(await store.list(EVERY)).toHaveLength(MANY - 1)
    vi.restoreAllMocks()

    expect(await store.list(EVERY)).toHaveLength(MANY)
  })

  it('are read each time when a summary of them would be too long for an index', async () => {
    const { store, ids } = setUp()
    const long = sessionRecord({ name: 'x'.repeat(2 ** 14) })
    writeSession(store, long, endRecord())
    await store.list(EVERY)

    expect(await readsOf(() => store.list(NOWHERE))).toEqual([`${long.id}.jsonl`])
    expect((await store.list(EVERY)).map(({ id }) => id)).toEqual([long.id, ...ids])
  })
})

describe('an index that cannot be written', () => {
  it.each(['writeFileSync', 'renameSync', 'readdirSync'] as const)(
    'costs nothing but time, and leaves nothing behind, when %s fails',
    async (name) => {
      const { directory, store } = setUp()
      const names = readdirSync(directory)
      const failure = Object.assign(new Error('EROFS: read-only file system'), { code: 'EROFS' })
      vi.spyOn(fs, name).mockImplementation(() => {
        throw failure
      })

      expect(await store.list(EVERY)).toHaveLength(MANY)

      vi.restoreAllMocks()
      expect(readdirSync(directory)).toEqual(names)
    },
  )

  it('costs nothing but time in a folder that is read-only', async () => {
    const { directory, store } = setUp()
    const names = readdirSync(directory)
    chmodSync(directory, 0o500)

    expect(await store.list(EVERY)).toHaveLength(MANY)

    chmodSync(directory, 0o700)
    // The modes of files do not hold for root.
    if (process.getuid?.() !== 0) expect(readdirSync(directory)).toEqual(names)
  })

  it('leaves files of processes that died while they wrote one only for an hour', async () => {
    const { directory, index, store } = setUp()
    const [old, recent] = [`${index}.${newId()}`, `${index}.${newId()}`]
    for (const file of [old, recent]) writeFileSync(file, 'torn')
    const longAgo = Date.now() / 1000 - 2 * 3600
    utimesSync(old, longAgo, longAgo)

    await store.list(EVERY)

    expect(
      readdirSync(directory)
        .filter((name) => name.startsWith('.index'))
        .toSorted(),
    ).toEqual([index, recent].map((file) => file.slice(directory.length + 1)).toSorted())
  })
})
