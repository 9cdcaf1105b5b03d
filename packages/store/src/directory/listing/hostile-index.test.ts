import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  EVERY,
  MANY,
  NOWHERE,
  readsOf,
  setUp,
  setUpIndexed,
  truth,
  withLine,
} from '../../../test/indexed-folder.ts'
import { newId, type SessionSummary } from '@retake/format'

describe('an index from anywhere', () => {
  const CONTENTS: readonly (readonly [string, (text: string) => string | Uint8Array])[] = [
    ['nothing', () => ''],
    ['no JSON', () => 'hello\n'.repeat(1000)],
    ['NUL bytes', () => '\0'.repeat(10_000)],
    ['a newer version', (text) => text.replace('"v":1', '"v":2')],
    ['another format', (text) => text.replace('retake-index', 'another-index')],
    ['a header and nothing else', (text) => text.slice(0, text.indexOf('\n') + 1)],
    ['lines that are torn', (text) => text.split('\n').map((line, at) => at > 0 ? line.slice(0, at * 3) : line).join('\n')],
    ['bytes that are no ASCII', (text) => Buffer.from(text.replaceAll('session', 's\u00E9ssion'), 'latin1')],
    ['lists for lines', (text) => `${text.slice(0, text.indexOf('\n') + 1)}${'[]\n[[[]]]\nnull\n{}\n["id"]\n'.repeat(100)}`],
    ['ten thousand levels', (text) => `${text.slice(0, text.indexOf('\n') + 1)}${'['.repeat(10_000)}\n`],
  ] // oxfmt-ignore

  it.each(CONTENTS)('that holds %s is as good as none, and is made anew', async (_name, change) => {
    const folder = await setUpIndexed()
    const { index, store } = folder
    const intact = readFileSync(index, 'utf8')
    writeFileSync(index, change(intact))

    expect(await store.list(EVERY)).toEqual(await truth(folder))

    expect(readFileSync(index, 'utf8')).toBe(intact)
  }) // oxfmt-ignore

  it('that was cut off at any byte loses no session', async () => {
    const folder = await setUpIndexed(110)
    const { index, store } = folder
    const all = await truth(folder)
    const intact = readFileSync(index)

    for (let length = 0; length < intact.length; length += 997) {
      writeFileSync(index, intact.subarray(0, length))
      expect(await store.list(EVERY)).toEqual(all)
    }
  })

  const CHANGES: readonly (readonly [string, (summary: SessionSummary) => unknown])[] = [
    ['another id', (summary) => ({ ...summary, id: newId() })],
    ['no start', ({ startedAt: _startedAt, ...summary }) => summary],
    ['no capture', ({ capture: _capture, ...summary }) => summary],
    ['a word from no list', (summary) => ({ ...summary, endState: 'perfect' })],
    ['a name that is none', (summary) => ({ ...summary, name: { toLowerCase: 1 } })],
    ['null for a name', (summary) => ({ ...summary, name: null })],
    ['tags that are none', (summary) => ({ ...summary, tags: [1] })],
    ['a tag for tags', (summary) => ({ ...summary, tags: 'tag' })],
    ['a time that is none', (summary) => ({ ...summary, endedAt: 'later' })],
    ['a duration that is none', (summary) => ({ ...summary, durationMs: '1' })],
    ['totals that are none', (summary) => ({ ...summary, totals: { costUsd: 'dear' } })],
    ['a request that is none', (summary) => ({ ...summary, request: null })],
    ['a parent that is none', (summary) => ({ ...summary, parent: [] })],
    ['a field of its own', (summary) => ({ ...summary, later: 1 })],
    ['a hostile name', (summary) => JSON.parse(JSON.stringify(summary).replace('{', '{"__proto__":{"polluted":1},')) as unknown],
    ['a list', () => []],
    ['a text', () => 'summary'],
    ['nothing', () => undefined],
  ] // oxfmt-ignore

  it.each(CHANGES)('that tells of %s is not believed', async (_name, change) => {
    const folder = await setUpIndexed()
    const { store, ids } = folder
    const [id = ''] = ids
    withLine(folder, id, ([lineId, files, summary]) => {
      const changed = change(summary as SessionSummary)
      return changed === undefined ? [lineId, files] : [lineId, files, changed]
    })

    const reads = await readsOf(() => store.list(NOWHERE))

    expect(reads).toEqual([`${id}.jsonl`])
    expect(await store.list(EVERY)).toEqual(await truth(folder))
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })

  it.each([
    ['a longer file', (files: unknown[]) => [files[0], Number(files[1]) + 1, ...files.slice(2)]],
    ['an older one', (files: unknown[]) => [...files.slice(0, 2), Number(files[2]) - 1, files[3]]],
    ['another one', (files: unknown[]) => [...files.slice(0, 3), Number(files[3]) + 1]],
    ['two files', (files: unknown[]) => [...files, ...files]],
    ['none', () => []],
    ['no list', () => 'files'],
  ])('that is of %s is not believed', async (_name, change) => {
    const folder = await setUpIndexed()
    const [id = ''] = folder.ids
    withLine(folder, id, ([lineId, files, summary]) => [
      lineId,
      change(files as unknown[]),
      summary,
    ])

    expect(await readsOf(() => folder.store.list(NOWHERE))).toEqual([`${id}.jsonl`])
  })

  it('that is a symbolic link is not read, and not written through', async () => {
    const { directory, index, store } = await setUpIndexed()
    const target = join(directory, '..', 'target')
    renameSync(index, target)
    symlinkSync(target, index)
    const before = statSync(target)

    expect(await readsOf(() => store.list(NOWHERE))).toHaveLength(MANY)

    const { ino, mtimeMs } = statSync(target)
    expect([ino, mtimeMs]).toEqual([before.ino, before.mtimeMs])
    expect(lstatSync(index).isFile()).toBe(true)
    expect(await readsOf(() => store.list(NOWHERE))).toEqual([])
  })

  it('that is a folder is left alone', async () => {
    const folder = setUp()
    mkdirSync(join(folder.index, 'of-the-user'), { recursive: true })

    expect(await folder.store.list(EVERY)).toHaveLength(MANY)

    expect(readdirSync(folder.index)).toEqual(['of-the-user'])
    expect(readdirSync(folder.directory)).toHaveLength(MANY + 2)
  })
})
