import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compareFormat } from '../cassettes/inspect-cassette.ts'
import { editFile } from '../testing/edit.ts'
import { ask, createFolder, recordCassette } from '../testing/record.ts'
import { runJson, runRetake } from '../testing/run.ts'

describe('retake migrate', () => {
  it('writes a cassette as it would be written now, and leaves the others alone', async () => {
    const cwd = createFolder()
    const [kept, edited] = [join(cwd, 'kept.cassette.json'), join(cwd, 'edited.cassette.json')]
    await recordCassette(kept)
    await recordCassette(edited)
    const [before, changedMs] = [readFileSync(edited, 'utf8'), statSync(kept).mtimeMs]
    writeFileSync(edited, JSON.stringify(JSON.parse(before)))

    const told = await runRetake(['migrate', '--check'], { cwd })
    const minified = readFileSync(edited, 'utf8')
    const done = await runRetake(['migrate'], { cwd })
    const again = await runRetake(['migrate', '--check'], { cwd })

    expect(told).toMatchObject({
      code: 1,
      stdout:
        'to do  edited.cassette.json (was not in the form in which it is written)\n' +
        '2 cassettes: 1 to rewrite.\n',
    })
    expect(minified).toBe(JSON.stringify(JSON.parse(before)))
    expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('rewritten  edited') })
    expect(readFileSync(edited, 'utf8')).toBe(before)
    expect(statSync(kept).mtimeMs).toBe(changedMs)
    expect(again).toMatchObject({ code: 0, stdout: '2 cassettes, nothing to do.\n' })
  })

  it.each([
    ['timings', { keepTimings: true }],
    ['small blobs', { blobBytes: 900 }],
    ['long texts', { blobBytes: 2 ** 20 }],
  ])('keeps %s', async (_what, write) => {
    const cwd = createFolder()
    const file = join(cwd, 'a.cassette.json')
    await recordCassette(file, { run: () => ask('All?', 'A long answer. '.repeat(6_000)), write })
    const before = readFileSync(file, 'utf8')
    editFile(file, '{\n', '{\n\n')

    await runRetake(['migrate'], { cwd })

    expect(readFileSync(file, 'utf8')).toBe(before)
  })

  it('removes blobs that nothing refers to', async () => {
    const cwd = createFolder()
    await recordCassette(join(cwd, 'a.cassette.json'), {
      run: () => ask('All?', 'long '.repeat(20_000)),
    })
    writeFileSync(join(cwd, 'a.blobs', 'f'.repeat(64)), 'left')

    const done = await runJson(['migrate'], { cwd })

    expect(done.json).toEqual({
      check: false,
      cassettes: [
        { file: 'a.cassette.json', state: 'rewritten', message: 'blobs that nothing refers to' },
      ],
    })
    expect(readdirSync(join(cwd, 'a.blobs'))).toHaveLength(2)
    expect((await runRetake(['verify'], { cwd })).code).toBe(0)
  })

  it.each([
    ['that is corrupt', '"entries"', '"entries'],
    ['whose requests were changed', 'Grade this', 'Praise this'],
    ['of a newer version', '"v": 1', '"v": 2'],
  ])('never touches a file %s', async (what, from, to) => {
    const cwd = createFolder()
    const file = join(cwd, 'a.cassette.json')
    await recordCassette(file)
    editFile(file, from, to)
    const before = readFileSync(file, 'utf8')

    const done = await runRetake(['migrate'], { cwd })

    expect(done.code).toBe(what === 'of a newer version' ? 0 : 5)
    expect(done.stdout).toContain('a.cassette.json')
    expect(readFileSync(file, 'utf8')).toBe(before)
  })

  it('knows an older version from a newer one', () => {
    expect([1, 2, 3].map((version) => compareFormat(version, 2))).toEqual([
      'older',
      'current',
      'newer',
    ])
  })
})
