import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createDirectoryStore } from '@retake/core/stores/directory'
import { editFile } from '../testing/edit.ts'
import { ask, createFolder, loadSession, recordCassette, recordSession } from '../testing/record.ts'
import { runJson, runRetake } from '../testing/run.ts'
import { checkForm } from './check-cassette.ts'

const LONG = 'A long answer. '.repeat(6_000)

async function verifyEdited(from: string | RegExp, to: string) {
  const cwd = createFolder()
  await recordCassette(join(cwd, 'a.cassette.json'))
  editFile(join(cwd, 'a.cassette.json'), from, to)
  return runJson(['verify'], { cwd })
}

describe('retake verify', () => {
  it('is content with cassettes as they are written', async () => {
    const cwd = createFolder()
    await recordCassette(join(cwd, 'a.cassette.json'))
    const run = () => ask('All?', LONG)
    await recordCassette(join(cwd, 'b/large.cassette.json'), { run })
    await recordCassette(join(cwd, 'b/timed.cassette.json'), { run, write: { keepTimings: true } })
    await recordCassette(join(cwd, 'b/blobs.cassette.json'), { run, write: { blobBytes: 900 } })
    await recordCassette(join(cwd, 'b/whole.cassette.json'), { run, write: { blobBytes: 2 ** 20 } })

    const verified = await runRetake(['verify'], { cwd })

    expect(verified).toEqual({ code: 0, stdout: '5 cassettes checked, all fine.\n', stderr: '' })
  })

  it.each([
    ['is no JSON', '"entries"', '"entries', 'json'],
    ['holds a conflict', '  "entries"', '<<<<<<< HEAD\n  "entries"', 'conflict'],
    ['has a field of the wrong type', '"seq": 1', '"seq": "one"', 'entry'],
    ['is from the future', '"minReader": 1', '"minReader": 9', 'version'],
    ['says another request than was asked', 'Grade this', 'Praise this', 'fingerprint'],
    ['has a fingerprint of another request', /"fp": "..../, '"fp": "0000', 'fingerprint'],
  ])('ends with 5 when one %s', async (_what, from, to, code) => {
    const verified = await verifyEdited(from, to)

    expect(verified).toMatchObject({
      code: 5,
      json: {
        checked: 1,
        corrupt: 1,
        results: [
          {
            kind: 'cassette',
            name: 'a.cassette.json',
            state: 'corrupt',
            problems: [{ level: 'corrupt', code }],
          },
        ],
      },
    })
  })

  it.each([
    ['is indented otherwise', /^ {2}"v"/m, '    "v"'],
    ['has fields in another order', /("kind": .*)\n( *)("name": .*)\n/, '$3\n$2$1\n'],
  ])('ends with 1 when one %s', async (_what, from, to) => {
    const verified = await verifyEdited(from, to)

    expect(verified).toMatchObject({
      code: 1,
      json: { corrupt: 0, attention: 1, results: [{ problems: [{ code: 'not-canonical' }] }] },
    })
  })

  it('finds blobs that were changed, that are gone, and that nobody refers to', async () => {
    const cwd = createFolder()
    const file = join(cwd, 'a.cassette.json')
    const blobs = join(cwd, 'a.blobs')
    await recordCassette(file, { run: () => ask('All?', LONG) })
    const [name = ''] = readdirSync(blobs).filter((each) => each.length === 64)

    writeFileSync(join(blobs, 'f'.repeat(64)), 'left')
    const unused = await runRetake(['verify'], { cwd })
    editFile(join(blobs, name), 'A long', 'A short')
    const changed = await runRetake(['verify'], { cwd })
    rmSync(join(blobs, name))
    const gone = await runRetake(['verify'], { cwd })

    expect([unused.code, changed.code, gone.code]).toEqual([1, 5, 5])
    expect(unused.stdout).toContain('a.cassette.json has 1 blob that nothing refers to')
    expect(changed.stdout).toContain(`blob ${name} was changed`)
    expect(gone.stdout).toContain(`blob ${name} is not there`)
  })

  it('checks stored sessions when it is asked to, or when they are named', async () => {
    const cwd = createFolder()
    const id = await recordSession(cwd)
    const broken = await recordSession(cwd)
    editFile(join(cwd, '.retake', `${broken}.jsonl`), '"event"', '"event')

    const none = await runJson(['verify'], { cwd })
    const all = await runJson(['verify', '--sessions'], { cwd })
    const one = await runRetake(['verify', id], { cwd })

    expect(none).toMatchObject({ code: 0, json: { checked: 0 } })
    // Ids of one millisecond are in no order.
    const results = [
      { kind: 'session', name: id, state: 'ok', events: 2 },
      { kind: 'session', name: broken, state: 'corrupt', events: 0 },
    ].toSorted((a, b) => (a.name < b.name ? -1 : 1))
    expect(all).toMatchObject({ code: 5, json: { results } })
    expect(one).toMatchObject({ code: 0, stdout: '1 session checked, all fine.\n' })
  })

  it('notes a session that did not end, and calls that cannot be served', async () => {
    const cwd = createFolder()
    const retake = { fields: { finalResponse: false } }
    const id = await recordSession(cwd, { retake })
    const { session, events } = await loadSession(cwd, id)
    const store = createDirectoryStore({ directory: join(cwd, '.retake') })
    store.open({ ...session, id: `${id}-open` }).append(events[0]!)

    const verified = await runJson(['verify', '--sessions'], { cwd })

    expect(verified).toMatchObject({
      code: 0,
      json: {
        results: [
          { name: id, state: 'ok', problems: [{ level: 'note', code: 'withheld' }] },
          {
            name: `${id}-open`,
            problems: [{ code: 'withheld' }, { level: 'note', code: 'no-end' }],
          },
        ],
      },
    })
  })

  it('wants a cassette to hold what it would have to serve', async () => {
    const cwd = createFolder()
    const retake = { capture: 'metadata' } as const
    await recordCassette(join(cwd, 'a.cassette.json'), { retake })

    const verified = await runRetake(['verify'], { cwd })

    expect(verified.code).toBe(1)
    expect(verified.stdout).toContain('recorded with capture "metadata" and holds no answers.')
  })

  it('says what is not there', async () => {
    const cwd = createFolder()

    const file = await runRetake(['verify', 'a.cassette.json'], { cwd })
    const sessions = await runRetake(['verify', '--sessions'], { cwd })

    expect(file).toMatchObject({
      code: 3,
      stderr: 'retake: There is no file or folder a.cassette.json.\n',
    })
    expect(sessions.code).toBe(3)
  })
})

describe('the form of a file', () => {
  it('is looked at only in a file of this version', () => {
    const form = { isCanonical: false, unusedBlobs: [] }

    expect(checkForm({ ...form, format: 'current', version: 1 })).toMatchObject([
      { level: 'attention', code: 'not-canonical' },
    ])
    expect(checkForm({ ...form, format: 'older', version: 0 })).toMatchObject([
      { level: 'attention', code: 'older-format' },
    ])
    expect(checkForm({ ...form, format: 'newer', version: 2 })).toMatchObject([{ level: 'note' }])
  })
})
