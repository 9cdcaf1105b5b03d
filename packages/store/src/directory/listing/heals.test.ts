import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { text } from 'node:stream/consumers'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  EVERY,
  type Folder,
  linesOf,
  MANY,
  setUp,
  setUpIndexed,
} from '../../../test/indexed-folder.ts'
import { newId } from '@retake/format'
import { endRecord, eventRecord, sessionRecord } from '@retake/format/records'
import { writeSession } from '../../write-session.ts'

type Change = (folder: Folder, id: string) => unknown

const line = (record: object) => `${JSON.stringify(record)}\n`

/** All that may happen to a folder between two lists. */
const CHANGES: Readonly<Record<string, Change>> = {
  'a new session': ({ store }) => writeSession(store, sessionRecord(), eventRecord(1)),
  'a hundred new sessions'({ store }) {
    for (let count = 0; count < 101; count++) writeSession(store, sessionRecord(), endRecord())
  },
  'late work': ({ fileOf }, id) =>
    existsSync(fileOf(id)) && appendFileSync(fileOf(id), line(endRecord({ endState: 'failure' }))),
  'a torn record': ({ fileOf }, id) =>
    existsSync(fileOf(id)) && appendFileSync(fileOf(id), '{"type":"upd'),
  'a corrupt record': ({ fileOf }, id) =>
    existsSync(fileOf(id)) && appendFileSync(fileOf(id), 'not JSON\n{}\n'),
  'a further writer': ({ store }, id) =>
    writeSession(store, sessionRecord({ id }), { type: 'update', tags: [newId()] }),
  'a removal': ({ store }, id) => store.remove(id),
  'a journal deleted by hand': ({ fileOf }, id) => rmSync(fileOf(id), { force: true }),
  'another journal in its place'({ fileOf }, id) {
    writeFileSync(`${fileOf(id)}.new`, line(sessionRecord({ id, name: 'another' })))
    renameSync(`${fileOf(id)}.new`, fileOf(id))
  },
  'no index any more': ({ index }) => rmSync(index, { force: true }),
  'half of an index': ({ index }) =>
    existsSync(index) && writeFileSync(index, readFileSync(index).subarray(0, 20_000)),
}

const changes = fc.array(
  fc.tuple(fc.constantFrom(...Object.keys(CHANGES)), fc.nat({ max: MANY - 1 })),
  { minLength: 1, maxLength: 8 },
)

/** What is listed without an index; the index stays as it was. */
async function listWithout({ index, store }: Folder) {
  const aside = `${index}.aside`
  const isThere = existsSync(index)
  if (isThere) renameSync(index, aside)
  const listed = await store.list(EVERY)
  if (isThere) renameSync(aside, index)
  else rmSync(index, { force: true })
  return listed
}

describe('an index', () => {
  it('never changes what is listed, whatever happened before', async () => {
    const property = fc.asyncProperty(changes, async (happened) => {
      const folder = await setUpIndexed()
      for (const [change, place] of happened) {
        await CHANGES[change]?.(folder, folder.ids[place] ?? '')

        const listed = await folder.store.list(EVERY)

        expect(listed).toEqual(await listWithout(folder))
      }
    })
    await fc.assert(property, { numRuns: 20 })
  })

  it('is always whole while several processes list and write it', async () => {
    const { directory, index } = setUp()
    const script = `
      import { rmSync } from 'node:fs'
      import { createDirectoryStore } from '${new URL('../directory.ts', import.meta.url).href}'
      const [directory, index] = process.argv.slice(1)
      const counts = new Set()
      for (let round = 0; round < 30; round++) {
        rmSync(index, { force: true })
        const lists = [1, 2, 3].map(() => createDirectoryStore({ directory }).list({ limit: Infinity }))
        for (const { length } of await Promise.all(lists)) counts.add(length)
      }
      process.stdout.write(JSON.stringify([...counts]))`
    const flags = [
      '--conditions=@retake/source',
      '--no-warnings',
      '--input-type=module',
      '--eval',
      script,
      directory,
      index,
    ]
    const children = Array.from({ length: 3 }, () =>
      spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'inherit'] }),
    )
    const ended = Promise.all(children.map((child) => once(child, 'exit')))
    const outputs = Promise.all(children.map((child) => text(child.stdout)))
    let found = 0
    const over = new AbortController()
    void ended.then(() => over.abort())

    while (!over.signal.aborted) {
      await new Promise(setImmediate)
      const lines = linesIfAny(index)
      if (lines === undefined) continue
      found++
      expect(lines).toHaveLength(MANY + 2)
      expect(lines.at(-1)).toBe('')
    }

    expect(await outputs).toEqual(Array(3).fill(`[${MANY}]`))
    expect(found).toBeGreaterThan(0)
  })
})

function linesIfAny(index: string): readonly string[] | undefined {
  try {
    return linesOf(index)
  } catch {
    return undefined
  }
}
