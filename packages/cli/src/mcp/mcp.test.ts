import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ask, createFolder, recordSession } from '../testing/record.ts'
import { MAIN } from '../testing/run.ts'
import { startApp } from '../testing/start-app.ts'

interface Answer {
  readonly text: string
  readonly data: unknown
  readonly isError: boolean
}

async function connect(
  cwd: string,
  url: string,
): Promise<(name: string, args?: Record<string, unknown>) => Promise<Answer>> {
  const client = new Client({ name: 'test', version: '1.0.0' })
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [MAIN, 'mcp'],
      cwd,
      env: { RETAKE_URL: url },
    }),
  )
  onTestFinished(() => client.close())
  return async (name, args = {}) => {
    const result = await client.callTool({ name, arguments: args })
    const [content] = result.content as readonly { readonly text: string }[]
    return {
      text: content?.text ?? '',
      data: result.structuredContent,
      isError: result.isError === true,
    }
  }
}

describe('retake mcp', () => {
  it('lets an agent find a failed session, reproduce it, and prove the fix', async () => {
    const cwd = createFolder()
    const broken = await startApp({ cwd, shape: 'mark' })
    const { id } = await broken.send('/grade', { essay: 'My cat' })
    await broken.send('/fail', {})
    const port = new URL(broken.url).port
    const call = await connect(cwd, broken.url)

    const failed = await call('sessions_search', { state: 'failure' })
    const shown = await call('session_show', { session: id })
    const event = await call('session_show', { session: id, event: 2 })
    const reproduced = await call('session_replay', { session: id, match: 'strict' })
    await broken.stop()
    await startApp({ cwd, port })
    const fixed = await call('session_replay', { session: id })

    expect(failed.data).toMatchObject({ sessions: [{ name: 'POST /fail', endState: 'failure' }] })
    expect(shown.text).toContain('look-up')
    expect(event.text).toContain('"prompt": "Grade this essay')
    expect(reproduced.data).toMatchObject({ runs: [{ verdict: 'same', report: { live: [] } }] })
    expect(fixed.data).toMatchObject({
      runs: [
        { verdict: 'differs', status: 'differs', differences: [{ path: 'body.mark' }, {}, {}] },
      ],
    })
  })

  it('explains, compares, forks and promotes', async () => {
    const cwd = createFolder()
    const app = await startApp({ cwd, prompt: 'Grade this' })
    const { id } = await app.send('/grade', { essay: 'My cat' })
    const port = new URL(app.url).port
    await app.stop()
    await startApp({ cwd, port, prompt: 'Grade that' })
    mkdirSync(join(cwd, 'src'))
    writeFileSync(join(cwd, 'src/app.ts'), 'export const app = {}\n')
    const call = await connect(cwd, app.url)

    const replayed = await call('session_replay', { session: id })
    const explained = await call('session_explain', { session: id, event: 2 })
    const forked = await call('session_fork', { session: id, until: 1 })
    const { fork } = forked.data as { readonly fork: string }
    const compared = await call('session_diff', { before: id, after: fork })
    const promoted = await call('session_promote', { session: id, test: 'tests/grade.test.ts' })

    expect(replayed.data).toMatchObject({ runs: [{ status: 'drift=1' }] })
    expect(explained.text).toContain('now "Grade that')
    expect(forked.data).toMatchObject({ session: id, run: { status: 'live=1' } })
    expect(compared.data).toMatchObject({ isSame: false, events: [{ change: 'changed' }] })
    expect(promoted.data).toMatchObject({ trajectory: ['tool look-up', 'llm openai/gpt-5-mini'] })
    expect(existsSync(join(cwd, 'tests/__cassettes__/grade.cassette.json'))).toBe(true)
  })

  it('cuts what would fill the context of a model, and says so', async () => {
    const cwd = createFolder()
    const id = await recordSession(cwd, { run: () => ask('x'.repeat(200_000), 'short') })
    const call = await connect(cwd, 'http://127.0.0.1:9')

    const { text } = await call('session_show', { session: id, event: 1 })

    expect(text.length).toBeLessThan(61_000)
    expect(text).toMatch(/and \d+ characters more/)
  })

  it('tells of failures in words, and goes on', async () => {
    const cwd = createFolder()
    const app = await startApp({ cwd })
    const { id } = await app.send('/grade', { essay: 'My cat' })
    await app.stop()
    const call = await connect(cwd, app.url)

    const answers = [
      await call('session_show', { session: '0000' }),
      await call('session_show', { session: id, event: 99 }),
      await call('session_replay', { session: id }),
      await call('sessions_search', { since: 'yesterday' }),
      await call('session_show', {}),
    ]

    expect(answers.map(({ isError }) => isError)).toEqual(Array(5).fill(true))
    expect(answers.map(({ text }) => text)).toEqual([
      expect.stringContaining('SESSION_NOT_FOUND'),
      expect.stringContaining('EVENT_NOT_FOUND'),
      expect.stringContaining('UNREACHABLE'),
      expect.stringContaining('USAGE'),
      expect.stringContaining('session'),
    ])
    expect((await call('session_show', { session: id })).isError).toBe(false)
  })
})
