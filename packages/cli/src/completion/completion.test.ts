import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createFolder, recordSession } from '../testing/record.ts'
import { runRetake } from '../testing/run.ts'

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

interface Completed {
  readonly values: readonly string[]
  readonly directive: string | undefined
}

async function complete(cwd: string, ...words: string[]): Promise<Completed> {
  const { code, stdout } = await runRetake(['complete', '--', ...words], { cwd })
  const lines = stdout.trimEnd().split('\n')
  expect(code).toBe(0)
  return {
    values: lines.slice(0, -1).map((line) => line.split('\t')[0] ?? ''),
    directive: lines.at(-1),
  }
}

describe('retake completion', () => {
  it.each(['bash', 'zsh', 'fish', 'powershell'])('prints a script for %s', async (shell) => {
    const run = await runRetake(['completion', shell], { cwd: createFolder() })

    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout).toMatch(/\bretake\b.* complete .*--/)
  })

  it('knows no other shell', async () => {
    const run = await runRetake(['completion', 'tcsh'], { cwd: createFolder() })

    expect(run).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('bash, zsh, fish, powershell'),
    })
  })

  it('completes commands, and does not offer the one that shells ask', async () => {
    const cwd = createFolder()

    const all = await complete(cwd, '')
    const some = await complete(cwd, 's')

    expect(all.values).toEqual(expect.arrayContaining(['ls', 'show', 'verify', 'completion']))
    expect(all.values).not.toContain('complete')
    expect(some.values.toSorted()).toEqual(
      all.values.filter((value) => value.startsWith('s')).toSorted(),
    )
  })

  it('says in a few words what a command is for', async () => {
    const { stdout } = await runRetake(['complete', '--', 'sca'], { cwd: createFolder() })

    expect(stdout).toBe('scan\tlook for secrets in cassettes\n:4\n')
  })

  it('completes options, and the values of those that have a few', async () => {
    const cwd = createFolder()

    expect(await complete(cwd, 'prune', '--older')).toEqual({
      values: ['--older-than'],
      directive: ':4',
    })
    expect((await complete(cwd, 'ls', '--state', '')).values).toEqual([
      'success',
      'failure',
      'indeterminate',
    ])
  })

  it('completes sessions, the newest first, also in another folder', async () => {
    const cwd = createFolder()
    const first = await recordSession(cwd)
    const second = await recordSession(cwd)

    const sessions = await complete(cwd, 'show', '')
    const begun = await complete(cwd, 'show', second)
    const elsewhere = await complete(cwd, '--dir', 'nowhere', 'show', '')

    expect(sessions.values[0]).toBe('last')
    expect(sessions.values.slice(1).toSorted()).toEqual([first, second].toSorted())
    expect(begun.values).toEqual([second])
    expect(elsewhere.values).toEqual(['last'])
  })

  it('leaves files to the shell where nothing else fits', async () => {
    const cwd = createFolder()

    expect(await complete(cwd, 'scan', '')).toEqual({ values: [], directive: ':0' })
    expect(await complete(cwd, 'show', './tests/')).toEqual({ values: [], directive: ':0' })
  })

  it('works in bash', async () => {
    const cwd = createFolder()
    const id = await recordSession(cwd)
    mkdirSync(join(cwd, 'bin'))
    const command = join(cwd, 'bin/retake')
    writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`)
    chmodSync(command, 0o755)
    const script = `
      _get_comp_words_by_ref() { cur="\${COMP_WORDS[COMP_CWORD]}"; prev="\${COMP_WORDS[COMP_CWORD-1]}"; words=("\${COMP_WORDS[@]}"); cword=$COMP_CWORD; }
      compopt() { :; }
      source <(retake completion bash)
      COMP_WORDS=(retake show ${id.slice(0, 6)}); COMP_CWORD=2
      __retake_complete
      echo "\${COMPREPLY[@]}"
      complete -p retake`
    const env = { PATH: `${join(cwd, 'bin')}${delimiter}${process.env.PATH}` }

    const printed = execFileSync('bash', ['-c', script], { cwd, env, encoding: 'utf8' })

    expect(printed.trim().split('\n')).toEqual([
      id,
      'complete -o default -F __retake_complete retake',
    ])
  })
})
