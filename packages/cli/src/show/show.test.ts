import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { call } from '@retake/core'
import { inSpan } from '@retake/core/adapter'
import { describe, expect, it } from 'vitest'
import { ask, createFolder, recordCassette, recordSession } from '../testing/record.ts'
import { runJson, runRetake } from '../testing/run.ts'

describe('retake show', () => {
  it('shows events as a tree, with what they were asked and gave', async () => {
    const cwd = createFolder()
    const id = await recordSession(cwd, {
      session: { name: 'grade', agent: 'grader', tags: ['school'], goal: 'be fair' },
      run: () =>
        inSpan({ kind: 'chain', name: 'review' }, async () => {
          await ask('Grade this essay.', 'Grade 4.')
          await call({ kind: 'tool', name: 'save', request: {} }, async () => {
            throw new Error('the disk is full')
          }).catch(() => {})
        }),
    })

    const { code, stdout } = await runRetake(['show', id], { cwd })

    expect(code).toBe(0)
    expect(stdout).toContain('grade (grader) #school')
    expect(stdout).toContain('be fair')
    expect(stdout).toMatch(/^ {2}1 {2}chain review/m)
    expect(stdout).toMatch(/^ {2}2 {4}llm openai\/gpt-5-mini .*Grade this essay\. → Grade 4\.$/m)
    expect(stdout).toMatch(/^ {2}3 {4}tool save error .*the disk is full$/m)
  })

  it('shows one event whole, or all that was recorded', async () => {
    const cwd = createFolder()
    const id = await recordSession(cwd)

    const event = await runJson(['show', id, '--event', '1'], { cwd })
    const raw = await runRetake(['show', id, '--raw'], { cwd })

    expect(event.json).toMatchObject({
      event: { seq: 1, kind: 'llm', request: { messages: [{}] }, outcome: { value: {} } },
    })
    expect(JSON.parse(raw.stdout)).toMatchObject({ session: { id }, events: [{}, {}], end: {} })
  })

  it('lets nothing that was recorded steer the terminal', async () => {
    const cwd = createFolder()
    const steering = '\u001B[2J\u009B31m\u202Etxt'
    const id = await recordSession(cwd, {
      session: { name: `grade ${steering}`, agent: steering, tags: [steering], goal: steering },
      run: () => ask(`What ${steering}?`, `That ${steering}`),
    })

    const runs = [
      await runRetake(['show', id], { cwd }),
      await runRetake(['show', id, '--raw'], { cwd }),
      await runRetake(['show', id, '--event', '1'], { cwd }),
      await runRetake(['ls'], { cwd }),
      await runRetake(['diff', id, id], { cwd }),
    ]

    for (const { code, stdout } of runs) {
      expect(code).toBe(0)
      expect(stdout).not.toMatch(/(?!\n)[\p{Cc}\u202E]/u)
    }
  })

  it('finds a session by the start of its id, and by "last"', async () => {
    const cwd = createFolder()
    const id = await recordSession(cwd)

    const byStart = await runJson(['show', id.slice(0, 20)], { cwd })
    const last = await runJson(['show', 'last'], { cwd })

    expect(byStart.json).toMatchObject({ session: { id } })
    expect(last.json).toMatchObject({ session: { id } })
  })

  it('says in one line what is wrong', async () => {
    const cwd = createFolder()
    const id = await recordSession(cwd)
    await recordSession(cwd)
    await recordCassette(join(cwd, 'newer.cassette.json'))
    writeFileSync(join(cwd, 'corrupt.cassette.json'), '{"format":"retake"')
    writeFileSync(join(cwd, 'newer.cassette.json'), '{"format":"retake","v":99,"minReader":99}')
    writeFileSync(join(cwd, '.retake', 'corrupt-session.jsonl'), 'not JSON\n{}\n')
    const show = (...args: readonly string[]) => runJson(['show', ...args], { cwd })

    const runs = [
      await show('0000'),
      await show(id, '--event', '99'),
      await show('missing.cassette.json'),
      await show('corrupt.cassette.json'),
      await show('newer.cassette.json'),
      await show('corrupt-session'),
      await show(id.slice(0, 1)),
      await show('../../etc/passwd'),
    ]

    expect(runs.map(({ code }) => code)).toEqual([3, 3, 3, 5, 5, 5, 2, 2])
    expect(runs.map(({ json }) => json)).toMatchObject([
      { error: { code: 'SESSION_NOT_FOUND' } },
      { error: { code: 'EVENT_NOT_FOUND' } },
      { error: { code: 'REPLAY_SESSION_NOT_FOUND' } },
      { error: { code: 'REPLAY_INVALID_SESSION' } },
      { error: { code: 'REPLAY_INVALID_SESSION' } },
      { error: { code: 'REPLAY_INVALID_SESSION' } },
      { error: { code: 'SESSION_AMBIGUOUS' } },
      { error: { code: 'SESSION_ID_INVALID' } },
    ])
    for (const { stderr } of runs) expect(stderr).toMatch(/^retake: [^\n]+\n$/)
  })
})
