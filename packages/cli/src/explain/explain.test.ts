import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { call, createRetake } from '@retake/core'
import { createDirectoryStore } from '@retake/core/stores/directory'
import { describe, expect, it } from 'vitest'
import { expectDocumented } from '../testing/documented.ts'
import { createFolder, loadSession, recordSession } from '../testing/record.ts'
import { runJson, runRetake } from '../testing/run.ts'
import { startApp } from '../testing/start-app.ts'
import { changedPart, originOf } from './origin.ts'
import { volatileKinds } from './volatile.ts'

async function replayChanged(
  change: { readonly prompt?: string; readonly shape?: string },
  ...parameters: readonly string[]
): Promise<{ readonly cwd: string; readonly id: string; readonly replay: string }> {
  const cwd = createFolder()
  const app = await startApp({ cwd })
  const { id } = await app.send('/grade', { essay: 'My cat' })
  await app.stop()
  const { url } = await startApp({ cwd, ...change })
  const { json } = await runJson(['replay', id, '--url', url, ...parameters], { cwd })
  const { runs } = json as { readonly runs: readonly { readonly replay: string }[] }
  return { cwd, id, replay: runs[0]?.replay ?? '' }
}

describe('retake explain', () => {
  it('says which call missed, what comes nearest, and what differs', async () => {
    const { cwd, id, replay } = await replayChanged(
      { prompt: 'Grade this essay, briefly' },
      '--match',
      'strict',
    )

    const bySession = await runRetake(['explain', id], { cwd })
    const byReplay = await runJson(['explain', replay], { cwd })
    const byEvent = await runJson(['explain', id, '2'], { cwd })

    expectDocumented('explain', byReplay.json)
    expect(bySession.code).toBe(4)
    expect(bySession.stdout).toContain('miss llm openai/gpt-5-mini')
    expect(bySession.stdout).toContain('the nearest recording is event 2')
    expect(bySession.stdout).toContain('now "Grade this essay, briefly')
    expect(byReplay.json).toMatchObject({
      session: id,
      replay,
      findings: [{ finding: 'miss', recording: 2 }],
    })
    expect(byEvent.json).toEqual(byReplay.json)
  })

  it('says what keeps a value from being another one each time', async () => {
    const cwd = createFolder()
    const before = 'It is 2026-11-26T10:00:00Z, request 0f8fad5b-d9cb-469f-a165-70867728950e'
    const after = 'It is 2026-11-27T08:30:00Z, request 7c9e6679-7425-40de-944b-e07fc1f90ae7'
    const app = await startApp({ cwd, prompt: before })
    const { id } = await app.send('/grade', { essay: 'My cat' })
    await app.stop()
    const { url } = await startApp({ cwd, prompt: after })
    await runRetake(['replay', id, '--url', url], { cwd })

    const { code, stdout } = await runRetake(['explain', id], { cwd })

    // A question that asks of another day is another one, and is not served.
    expect(code).toBe(4)
    expect(stdout).toContain("virtualize: ['date']")
    expect(stdout).toContain("virtualize: ['uuid']")
  })

  it('says what would give dates and ids of an answer again', async () => {
    const cwd = createFolder()
    const { url, send } = await startApp({ cwd })
    const { id } = await send('/search', {})
    await runRetake(['replay', id, '--url', url], { cwd })

    const { code, stdout } = await runRetake(['explain', id], { cwd })
    const { json } = await runJson(['explain', id], { cwd })

    expect(code).toBe(1)
    expect(stdout).toContain(
      "differs in body.at: a date near the replay's start; `virtualize: ['date']` gives it again",
    )
    expect(stdout).toContain("differs in body.id: a UUID; `virtualize: ['uuid']` gives it again")
    expectDocumented('explain', json)
  })

  it('says where a value came from that is another one', async () => {
    const cwd = createFolder()
    const app = await startApp({ cwd, tool: 'be patient' })
    const { id } = await app.send('/grade', { essay: 'My cat' })
    await app.stop()
    const { url } = await startApp({ cwd, prompt: 'Grade essays, be quick' })
    await runRetake(['replay', id, '--url', url], { cwd })
    const { stdout } = await runRetake(['explain', id], { cwd })

    expect(stdout).toContain('event 2 was served to it')
    expect(
      originOf(await loadSession(cwd, id), { recorded: '"be patient"', now: '"be kind"' }, 2),
    ).toBe('it came from what event 1 gave, tool look-up')
    expect(originOf(await loadSession(cwd, id), { recorded: '"My cat"', now: '"My dog"' }, 1)).toBe(
      'it came with the request',
    )
  })

  it('says which plain timer was over before a call that comes first now', async () => {
    const cwd = createFolder()
    const run = () => {
      const asked = call({ kind: 'tool', name: 'ask' }, async () => setTimeout(500, 'answer'))
      return Promise.race([asked, setTimeout(250, 'gave up')])
    }
    const id = await recordSession(cwd, { run })
    const retake = createRetake({
      store: createDirectoryStore({ directory: join(cwd, '.retake') }),
      environment: { RETAKE_REPLAY_ENABLED: '1' },
      log: false,
    })
    const answer = await retake.replay(id, run)

    const { code, stdout } = await runRetake(['explain', id], { cwd })
    const { json } = await runJson(['explain', id], { cwd })

    expect(answer).toBe('answer')
    expectDocumented('explain', json)
    expect(code).toBe(0)
    expect(stdout).toContain('timer tool ask')
    expect(stdout).toMatch(/took \d+ ms when recorded, and comes now before a timer of 250 ms/)
    expect(stdout).toContain("virtualize: ['timers']")
  })

  it('explains a recorded call that no replay has missed', async () => {
    const { cwd, id } = await replayChanged({})

    const all = await runRetake(['explain', id], { cwd })
    const one = await runRetake(['explain', id, '2'], { cwd })
    expectDocumented('explain', (await runJson(['explain', id, '2'], { cwd })).json)

    expect(all).toMatchObject({ code: 0, stdout: expect.stringContaining('as recorded') })
    expect(one).toMatchObject({ code: 0, stdout: expect.stringContaining('by its place') })
  })

  it('has nothing to say of a session that was never replayed, or of an event that is not there', async () => {
    const cwd = createFolder()
    const id = await recordSession(cwd)

    const runs = [
      await runRetake(['explain', id], { cwd }),
      await runRetake(['explain', id, '99'], { cwd }),
      await runRetake(['explain', id, 'x'], { cwd }),
    ]

    expect(runs.map(({ code }) => code)).toEqual([3, 3, 2])
    expect(runs[0]?.stderr).toContain('was never replayed')
    expect(runs[1]?.stderr).toContain('its last one is 2')
  })
})

describe('what is another one each time', () => {
  it.each([
    ['"it is 2026-01-01T10:00:00.000Z"', '"it is 2026-11-26T09:59:59Z"', ['date']],
    ['"at 10:00 on Mon Jan 05 2026"', '"at 9:30 on Tue Feb 17 2026"', ['date']],
    ['1767261600000', '1795687200000', ['date']],
    [
      '"order 0f8fad5b-d9cb-469f-a165-70867728950e"',
      '"order 7c9e6679-7425-40de-944b-e07fc1f90ae7"',
      ['uuid'],
    ],
    ['0.8444218515250481', '0.7579544029403025', ['random']],
    ['"http://127.0.0.1:4100/a"', '"http://127.0.0.1:4199/a"', ['port']],
    ['"/tmp/a1/file"', '"/tmp/b2/file"', ['temporary path']],
    ['"call_a1b2c3d4e5f6"', '"call_z9y8x7w6v5u4"', ['id']],
    ['"Grade this essay"', '"Grade this essay, briefly"', []],
    ['"it is 2026-01-01, be kind"', '"it is 2026-01-02, be strict"', []],
  ])('%s, %s', (recorded, now, kinds) => {
    expect(volatileKinds(recorded, now)).toEqual(kinds)
  })
})

it('finds the part that differs, in whole words', () => {
  expect(changedPart('"essays: be kind: my cat"', '"essays: be strict: my cat"')).toBe('kind')
  expect(changedPart('"say a b"', '"say a"')).toBe('a b')
  expect(changedPart('"same"', '"same"')).toBe('')
})
