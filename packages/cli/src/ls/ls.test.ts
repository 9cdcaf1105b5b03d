import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { call } from '@retake/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ask, createFolder, recordSession } from '../testing/record.ts'
import { MAIN, runJson, runRetake } from '../testing/run.ts'

async function idsOf(cwd: string, ...args: readonly string[]): Promise<readonly string[]> {
  const { json } = await runJson(['ls', ...args], { cwd })
  return (json as { readonly sessions: readonly { readonly id: string }[] }).sessions.map(
    ({ id }) => id,
  )
}

async function failing(): Promise<void> {
  const options = { kind: 'tool', name: 'save', request: {} } as const
  await call(options, async () => Promise.reject(new Error('the disk is full'))).catch(() => {})
}

describe('retake ls', () => {
  it('lists the newest first, and lets filters add up', async () => {
    const cwd = createFolder()
    const price = () => 0.25
    const summarize = () => ({ usage: { inputTokens: 10 } })
    const grade = await recordSession(cwd, { session: { name: 'grade', agent: 'grader' } })
    const dear = await recordSession(cwd, {
      session: { name: 'chat', agent: 'helper', tags: ['beta'], goal: 'sell a tent' },
      retake: { price },
      run: () =>
        call({ kind: 'llm', name: 'model', request: 'p', summarize }, async () => 'answer'),
    })
    const broken = await recordSession(cwd, {
      session: { name: 'chat', agent: 'grader' },
      run: failing,
    })

    expect(await idsOf(cwd)).toEqual([broken, dear, grade])
    expect(await idsOf(cwd, '--agent', 'grader')).toEqual([broken, grade])
    expect(await idsOf(cwd, '--agent', 'grader', '--name', 'chat')).toEqual([broken])
    expect(await idsOf(cwd, '--tag', 'beta')).toEqual([dear])
    expect(await idsOf(cwd, '--errors')).toEqual([broken])
    expect(await idsOf(cwd, '--min-cost', '0.2')).toEqual([dear])
    expect(await idsOf(cwd, '--text', 'SELL A TENT')).toEqual([dear])
    expect(await idsOf(cwd, '--state', 'failure')).toEqual([])
    expect(await idsOf(cwd, '--since', '1h', '--limit', '1')).toEqual([broken])
    expect(await idsOf(cwd, '--until', '2000-01-01')).toEqual([])
    expect(await idsOf(cwd, '--replays')).toEqual([])
  })

  it('finds by --errors what failed without a call that did, and shows why', async () => {
    const cwd = createFolder()
    await recordSession(cwd)
    const run = () => Promise.reject(new Error('no such order'))
    await recordSession(cwd, { session: { name: 'failing' }, run }).catch(() => {})
    const [failed] = await idsOf(cwd, '--state', 'failure')

    expect(await idsOf(cwd, '--errors')).toEqual([failed])
    expect((await runRetake(['show', failed ?? ''], { cwd })).stdout).toContain('no such order')
  })

  it('prints a line for each, and says so when there is none', async () => {
    const cwd = createFolder()
    const id = await recordSession(cwd)

    const listed = await runRetake(['ls'], { cwd })
    const none = await runRetake(['ls', '--agent', 'nobody'], { cwd })

    expect(listed.stdout).toMatch(new RegExp(`^${id}  \\S+  success .* grade \\(grader\\)\n$`))
    expect(none).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('No session is like that'),
    })
  })

  it('leaves out what cannot be read', async () => {
    const cwd = createFolder()
    const id = await recordSession(cwd)
    writeFileSync(
      join(cwd, '.retake', '01a21804-0000-7000-8000-000000000000.jsonl'),
      'not JSON\n{}\n',
    )

    expect(await idsOf(cwd)).toEqual([id])
  })

  it('says in one line what is wrong', async () => {
    const cwd = createFolder()
    mkdirSync(join(cwd, '.retake'))

    const runs = [
      await runRetake(['ls', '--dir', 'nowhere'], { cwd }),
      await runRetake(['ls', '--since', 'yesterday'], { cwd }),
      await runRetake(['ls', '--state', 'odd'], { cwd }),
      await runRetake(['ls', '--limit', '0'], { cwd }),
      await runRetake(['ls', '--min-cost', 'much'], { cwd }),
    ]

    expect(runs.map(({ code }) => code)).toEqual([3, 2, 2, 2, 2])
    for (const { stdout, stderr } of runs) {
      expect(stdout).toBe('')
      expect(stderr).not.toContain('    at ')
    }
  })

  it('goes on with --follow, until it is interrupted', async () => {
    const cwd = createFolder()
    const first = await recordSession(cwd)
    const child = spawn(process.execPath, [MAIN, 'ls', '--follow', '--json'], { cwd })
    onTestFinished(() => void child.kill())
    const lines = createInterface({ input: child.stdout })
    const seen: unknown[] = []
    lines.on('line', (line) => seen.push((JSON.parse(line) as { readonly id: string }).id))

    await once(lines, 'line')
    const second = await recordSession(cwd, { run: () => ask('more', 'less') })
    while (!seen.includes(second)) await once(lines, 'line')
    child.kill('SIGINT')
    const [code] = (await once(child, 'exit')) as [number]

    expect(seen[0]).toBe(first)
    expect(code).toBe(0)
  })
})
