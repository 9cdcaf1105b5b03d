import { describe, expect, it } from 'vitest'
import { expectDocumented } from '../testing/documented.ts'
import { createFolder, loadSession } from '../testing/record.ts'
import { runJson, runRetake } from '../testing/run.ts'
import { startApp } from '../testing/start-app.ts'

describe('retake fork', () => {
  it('serves what comes before the cut, goes on live, and leaves the first session alone', async () => {
    const cwd = createFolder()
    const app = await startApp({ cwd })
    const { id } = await app.send('/grade', { essay: 'My cat' })
    await app.send('/grade', { essay: 'Another' })
    const before = await loadSession(cwd, id)

    const run = await runJson(['fork', id, '--until', '1', '--url', app.url], { cwd })

    const { fork } = run.json as { readonly fork: string }
    const forked = await loadSession(cwd, fork)
    expect(run).toMatchObject({
      code: 0,
      json: { session: id, until: 1, run: { status: 'live=1' } },
    })
    expectDocumented('fork', run.json)
    expect(forked.session.parent).toEqual({ session: id, forkAt: 1 })
    expect(forked.events.map(({ served }) => served?.seq)).toEqual([1, undefined])
    expect(forked.session.response?.body).toMatchObject({
      grade: expect.stringMatching(/answer 3$/),
    })
    expect({ ...(await loadSession(cwd, id)) }).toEqual({ ...before })
  })

  it('wants to know where to cut', async () => {
    const run = await runRetake(['fork', 'last'], { cwd: createFolder() })

    expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining('--until') })
  })
})
