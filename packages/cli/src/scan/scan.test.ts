import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { editFile } from '../testing/edit.ts'
import { ask, createFolder, recordCassette } from '../testing/record.ts'
import { runJson, runRetake } from '../testing/run.ts'

const KEY = `sk-proj-${'a1B2'.repeat(12)}`

async function recordSecret(path: string, secret = KEY): Promise<void> {
  const run = () => ask('What is the key?', `It is ${secret}`)
  await recordCassette(path, { run, retake: { capture: 'full' } })
}

describe('retake scan', () => {
  it('finds nothing in clean cassettes', async () => {
    const cwd = createFolder()
    await recordCassette(join(cwd, 'tests/clean.cassette.json'))

    const run = await runRetake(['scan'], { cwd })

    expect(run).toEqual({ code: 0, stdout: 'No secrets in 1 cassette.\n', stderr: '' })
  })

  it('names file, place and rule of a secret, and never the value', async () => {
    const cwd = createFolder()
    await recordCassette(join(cwd, 'tests/clean.cassette.json'))
    await recordSecret(join(cwd, 'tests/deep/leak.cassette.json'))

    const run = await runRetake(['scan'], { cwd })
    const { code, json } = await runJson(['scan'], { cwd })

    expect(run.code).toBe(1)
    expect(run.stdout).toContain('tests/deep/leak.cassette.json  events[0].outcome.value.text')
    expect(run.stdout).toContain('1 possible secret in 1 of 2 cassettes.')
    expect(run.stdout + run.stderr).not.toContain(KEY.slice(0, 12))
    expect(code).toBe(1)
    expect(json).toEqual({
      scanned: 2,
      findings: [
        {
          file: 'tests/deep/leak.cassette.json',
          path: 'events[0].outcome.value.text',
          rule: expect.any(String),
        },
      ],
      corrupt: [],
      missing: [],
    })
  })

  it('finds the values of credential-like variables', async () => {
    const cwd = createFolder()
    await recordSecret(join(cwd, 'door.cassette.json'), 'open-sesame-42')

    const known = await runRetake(['scan'], { cwd, env: { DOOR_PASSWORD: 'open-sesame-42' } })
    const unknown = await runRetake(['scan'], { cwd })

    expect([known.code, unknown.code]).toEqual([1, 0])
    expect(known.stdout).not.toContain('open-sesame')
  })

  it('takes a list of changed files, of which some are no cassettes, and some are gone', async () => {
    const cwd = createFolder()
    const git = (...args: string[]) => execFileSync('git', args, { cwd, encoding: 'utf8' })
    const identity = [
      '-c',
      'user.name=t',
      '-c',
      'user.email=t@t.example',
      '-c',
      'commit.gpgsign=false',
    ]
    git('init', '-q')
    await recordCassette(join(cwd, 'old.cassette.json'))
    git('add', '-A')
    git(...identity, 'commit', '-qm', 'before')
    rmSync(join(cwd, 'old.cassette.json'))
    await recordCassette(join(cwd, 'new.cassette.json'))
    await recordSecret(join(cwd, 'unstaged/leak.cassette.json'))
    writeFileSync(join(cwd, 'app.ts'), `const key = '${KEY}'\n`)
    git('add', 'app.ts', 'new.cassette.json', 'old.cassette.json')
    const changed = git('diff', '--cached', '--name-only', '--no-renames').trim().split('\n')

    const { code, json, stderr } = await runJson(['scan', ...changed], { cwd })

    expect(changed).toHaveLength(3)
    expect({ code, json, stderr }).toEqual({
      code: 0,
      json: { scanned: 1, findings: [], corrupt: [], missing: ['old.cassette.json'] },
      stderr: 'retake: old.cassette.json is not there.\n',
    })
    expect((await runRetake(['scan'], { cwd })).code).toBe(1)
  })

  it('looks into blobs, also those that no cassette refers to', async () => {
    const cwd = createFolder()
    const blobs = join(cwd, 'large.blobs')
    const run = () => ask('Tell me all.', `${'word '.repeat(20_000)} ${KEY}`)
    await recordCassette(join(cwd, 'large.cassette.json'), { run, retake: { capture: 'full' } })
    await recordCassette(join(cwd, 'small.cassette.json'))
    mkdirSync(join(cwd, 'small.blobs'))
    const left = `left behind: ${KEY}`
    const name = createHash('sha256').update(left).digest('hex')
    writeFileSync(join(cwd, 'small.blobs', name), left)

    const all = await runJson(['scan'], { cwd })
    const byBlob = await runJson(['scan', blobs], { cwd })

    expect(all.json).toMatchObject({
      findings: [
        { file: 'large.cassette.json', path: 'events[0].outcome.value.text' },
        { file: 'small.cassette.json', path: `(blob ${name})` },
      ],
    })
    expect(byBlob.json).toMatchObject({ scanned: 1, findings: [{ file: 'large.cassette.json' }] })
  })

  it('reports a corrupt cassette, with 5 when there is nothing else', async () => {
    const cwd = createFolder()
    const file = join(cwd, 'torn.cassette.json')
    await recordCassette(file)
    editFile(file, '"entries"', '"entries')

    const corrupt = await runRetake(['scan'], { cwd })
    editFile(file, 'Grade 4.', KEY)
    const both = await runJson(['scan'], { cwd })

    expect(corrupt.code).toBe(5)
    expect(corrupt.stdout).toContain('torn.cassette.json: The cassette cannot be read')
    expect(corrupt.stdout).toContain('No secrets in 1 cassette. 1 cannot be read.')
    expect(both).toMatchObject({
      code: 1,
      json: { findings: [{ path: '(text)' }], corrupt: [{ file: 'torn.cassette.json' }] },
    })
  })

  it('does not wait for what is no file', async () => {
    const cwd = createFolder()
    execFileSync('mkfifo', [join(cwd, 'pipe.cassette.json')])

    const run = await runRetake(['scan', 'pipe.cassette.json'], { cwd })

    expect(run).toMatchObject({ code: 5, stdout: expect.stringContaining('it is not a file') })
  })

  it('leaves folders alone that hold nothing of the project', async () => {
    const cwd = createFolder()
    for (const folder of ['node_modules/a', '.git', 'dist', '.retake']) {
      await recordSecret(join(cwd, folder, 'leak.cassette.json'))
    }

    expect((await runJson(['scan'], { cwd })).json).toMatchObject({ scanned: 0 })
    expect((await runJson(['scan', 'dist'], { cwd })).json).toMatchObject({ scanned: 1 })
  })
})
