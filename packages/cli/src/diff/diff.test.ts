import { describe, expect, it } from 'vitest'
import { expectDocumented } from '../testing/documented.ts'
import { ask, createFolder, recordCassette, recordSession } from '../testing/record.ts'
import { runJson, runRetake } from '../testing/run.ts'
import { startApp } from '../testing/start-app.ts'

describe('retake diff', () => {
  it('finds two recordings of the same to be the same', async () => {
    const cwd = createFolder()
    const [before, after] = [await recordSession(cwd), await recordSession(cwd)]

    const run = await runJson(['diff', before, after], { cwd })

    expect(run).toMatchObject({ code: 0, json: { isSame: true, same: 2, events: [] } })
  })

  it('names calls that changed, vanished and appeared', async () => {
    const cwd = createFolder()
    const before = await recordSession(cwd)
    const after = await recordSession(cwd, {
      run: async () => {
        await ask('Grade this essay, briefly.', 'Grade 5.')
        await ask('What is a cat?', 'An animal.')
      },
    })

    const run = await runRetake(['diff', before, after], { cwd })
    const { json } = await runJson(['diff', before, after], { cwd })

    expectDocumented('diff', json)
    expect(run.code).toBe(1)
    expect(run.stdout).toContain('~ 1 llm openai/gpt-5-mini changed')
    expect(run.stdout).toContain('before "Grade this essay."  after "Grade this essay, briefly."')
    expect(run.stdout).toContain('- 2 tool save vanished')
    expect(run.stdout).toContain('+ 2 llm openai/gpt-5-mini appeared')
    expect(json).toMatchObject({
      events: [
        { change: 'changed', outcome: [{ recorded: '"Grade 4."', now: '"Grade 5."' }] },
        { change: 'vanished', before: { seq: 2, kind: 'tool' } },
        { change: 'appeared', after: { seq: 2, kind: 'llm' } },
      ],
    })
  })

  it('compares a replay by what it was served', async () => {
    const cwd = createFolder()
    const { url, send } = await startApp({ cwd })
    const { id } = await send('/grade', { essay: 'My cat' })
    const { json } = await runJson(['replay', id, '--url', url], { cwd })
    const { runs } = json as { readonly runs: readonly { readonly replay: string }[] }

    const run = await runRetake(['diff', id, runs[0]?.replay ?? ''], { cwd })

    expect(run).toMatchObject({ code: 0, stdout: expect.stringMatching(/^same/) })
  })

  it('compares what was asked and answered over HTTP', async () => {
    const cwd = createFolder()
    const { send } = await startApp({ cwd })
    const one = await send('/grade', { essay: 'My cat' })
    const other = await send('/grade', { essay: 'My dog' })

    const { json } = await runJson(['diff', one.id, other.id], { cwd })

    expect(json).toMatchObject({
      isSame: false,
      request: [{ path: 'body.essay', recorded: '"My cat"', now: '"My dog"' }],
      answer: [{ path: 'body.grade' }],
    })
  })

  it('takes cassettes, and says which of them is corrupt or not there', async () => {
    const cwd = createFolder()
    const id = await recordSession(cwd)
    await recordCassette(`${cwd}/one.cassette.json`)

    const same = await runRetake(['diff', id, 'one.cassette.json'], { cwd })
    const missing = await runRetake(['diff', id, 'two.cassette.json'], { cwd })

    expect(same.code).toBe(0)
    expect(missing).toMatchObject({ code: 3, stderr: expect.stringContaining('two.cassette.json') })
  })
})
