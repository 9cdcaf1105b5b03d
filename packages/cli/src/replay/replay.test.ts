import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it, onTestFinished } from 'vitest'
import { expectDocumented } from '../testing/documented.ts'
import { createDirectoryStore } from '@retake/core/stores/directory'
import { storeSession } from '../import/store-session.ts'
import { createFolder, loadSession, recordSession } from '../testing/record.ts'
import { MAIN, runJson, runRetake } from '../testing/run.ts'
import { startApp } from '../testing/start-app.ts'

const ESSAY = { essay: 'My cat' }

async function recordGrade(): Promise<{ readonly cwd: string; readonly id: string }> {
  const cwd = createFolder()
  const app = await startApp({ cwd })
  const { id } = await app.send('/grade', ESSAY)
  await app.stop()
  return { cwd, id }
}

describe('retake replay', () => {
  it('sends the request again, and finds the answer to be the same', async () => {
    const cwd = createFolder()
    const { url, send } = await startApp({ cwd })
    const { id } = await send('/grade', ESSAY)
    const chat = await send('/chat', { prompt: 'hello' })

    const twice = await runJson(['replay', id, '--url', url, '--times', '2'], { cwd })
    const text = await runRetake(['replay', chat.id, '--url', `${url}/`, '-m', 'strict'], { cwd })

    expect(twice).toMatchObject({ code: 0, stderr: '' })
    expectDocumented('replay', twice.json)
    expect(twice.json).toMatchObject({
      session: id,
      runs: [
        {
          verdict: 'same',
          status: 'ok',
          httpStatus: 200,
          differences: [],
          isCompared: true,
          report: { served: 2, exact: 2, live: [] },
        },
        { verdict: 'same' },
      ],
    })
    expect(text).toMatchObject({ code: 0, stdout: expect.stringMatching(/^same {2}200/) })
  })

  it('names what differs when the answer does', async () => {
    const { cwd, id } = await recordGrade()
    const { url } = await startApp({ cwd, shape: 'mark' })

    const run = await runRetake(['replay', id, '--url', url], { cwd })

    expect(run.code).toBe(1)
    expect(run.stdout).toContain('body.grade  recorded "Grade this essay')
    expect(run.stdout).toContain('now (absent)')
    expect(run.stdout).toContain('body.mark')
  })

  it('tells which tool was served, runs it when told to, and leaves out what is to be ignored', async () => {
    const cwd = createFolder()
    const { url, send } = await startApp({ cwd })
    const { id } = await send('/search', {})
    const ignore = ['--ignore', 'body.at, body["id"]']

    const run = await runJson(['replay', id, '--url', url], { cwd })
    const ignored = await runRetake(['replay', id, '--url', url, ...ignore], { cwd })
    const live = await runRetake(['replay', id, '--url', url, '--tools', 'live', ...ignore], {
      cwd,
    })
    const bad = await runRetake(['replay', id, '--url', url, '--ignore', 'at'], { cwd })
    const listed = await runRetake(['ls', '--replays'], { cwd })
    const explained = await runRetake(['explain', id], { cwd })

    expectDocumented('replay', run.json)
    expect(run).toMatchObject({
      code: 1,
      json: { runs: [{ verdict: 'differs', status: 'differs', isCompared: true }] },
    })
    expect(ignored.code).toBe(1)
    expect(ignored.stdout).toMatch(/answer +body\.sources\[0\] +recorded "x" +now \(absent\)/)
    expect(ignored.stdout).toContain('tools=live, which runs the tools that were served: search')
    expect(live).toMatchObject({ code: 0, stdout: expect.stringMatching(/^same/) })
    expect(bad).toMatchObject({ code: 2, stderr: expect.stringContaining('body.createdAt') })
    expect(listed.stdout).toContain('success, differs')
    expect(explained.code).toBe(1)
    expect(explained.stdout).toContain('The answer differs:')
    expect(explained.stdout).toContain('tools=live')
  })

  it('does not call the same what could not be compared', async () => {
    const { cwd, id } = await recordGrade()
    const data = await loadSession(cwd, id)
    const { response: _response, ...session } = data.session
    const old = { ...data, session: { ...session, id: 'recorded-long-ago' } }
    await storeSession(createDirectoryStore({ directory: join(cwd, '.retake') }), old)
    const { url } = await startApp({ cwd })

    const run = await runJson(['replay', 'recorded-long-ago', '--url', url], { cwd })

    expectDocumented('replay', run.json)
    expect(run).toMatchObject({
      code: 1,
      json: { runs: [{ verdict: 'unverified', status: 'unverified', isCompared: false }] },
    })
  })

  it('shows drift, and a miss with its whole message', async () => {
    const { cwd, id } = await recordGrade()
    const { url } = await startApp({ cwd, prompt: 'Grade this essay, briefly' })

    const drift = await runRetake(['replay', id, '--url', url], { cwd })
    const miss = await runJson(['replay', id, '--url', url, '--match', 'strict'], { cwd })

    expect(drift).toMatchObject({ code: 1, stdout: expect.stringContaining('drift=1') })
    expect(drift.stdout).toContain('now "Grade this essay, briefly')
    expect(miss.code).toBe(4)
    expectDocumented('replay', miss.json)
    expect(miss.json).toMatchObject({
      runs: [{ verdict: 'miss', problem: { code: 'REPLAY_MISS' }, report: { missed: [{}] } }],
    })
  })

  it('sends nothing to a server whose gate is closed', async () => {
    const { cwd, id } = await recordGrade()
    const { url } = await startApp({ cwd, replays: false })

    const run = await runJson(['replay', id, '--url', url], { cwd })
    const { json } = await runJson(['ls'], { cwd })

    expect(run).toMatchObject({ code: 6, json: { error: { code: 'GATE_CLOSED' } } })
    expect(run.stderr).toMatch(/^retake: .*Nothing was sent.*RETAKE_REPLAY_ENABLED=1.*\n$/)
    expect(json).toMatchObject({ sessions: [{ id }] })
  })

  it('tells when a request was handled live after all', async () => {
    const { cwd, id } = await recordGrade()
    const { url } = await startApp({ cwd, replays: false })

    const run = await runRetake(['replay', id, '--url', url, '--no-probe'], { cwd })

    expect(run.code).toBe(6)
    expect(run.stderr).toContain('The request was handled live.')
  })

  it('says why a session cannot be replayed', async () => {
    const { cwd, id } = await recordGrade()
    const withoutRequest = await recordSession(cwd)
    const elsewhere = await startApp({ cwd: createFolder() })

    const runs = [
      await runRetake(['replay', id, '--url', 'http://127.0.0.1:9'], { cwd }),
      await runRetake(['replay', withoutRequest], { cwd }),
      await runRetake(['replay', '0000'], { cwd }),
      await runRetake(['replay', '../../etc/passwd'], { cwd }),
      await runRetake(['replay', id, '--url', 'localhost'], { cwd }),
      await runRetake(['replay', id, '--times', '0'], { cwd }),
      await runRetake(['replay', id, '--url', elsewhere.url], { cwd }),
    ]

    expect(runs.map(({ code }) => code)).toEqual([7, 5, 3, 2, 2, 2, 3])
    expect(runs.map(({ stderr }) => stderr)).toEqual([
      expect.stringContaining('cannot be reached'),
      expect.stringContaining('not made by an HTTP request'),
      expect.stringContaining('There is no session 0000'),
      expect.stringContaining('is no session id'),
      expect.stringContaining('Use a URL'),
      expect.stringContaining('Use a whole number from 1 on'),
      expect.stringContaining(`There is no session ${id}`),
    ])
    for (const { stdout } of runs) expect(stdout).toBe('')
  })

  it('gives up on a server that does not answer', async () => {
    const { cwd, id } = await recordGrade()
    const server = createServer((request, response) => {
      if (request.headers['x-replay'] === '?') response.writeHead(400).end('REPLAY_HEADER_INVALID')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

    const run = await runRetake(['replay', id, '--url', url, '--timeout', '1'], { cwd })

    expect(run).toMatchObject({ code: 7, stderr: expect.stringContaining('within 1 s') })
  })

  it('says that there is no such folder to watch', async () => {
    const cwd = createFolder()
    const { url, send } = await startApp({ cwd })
    const { id } = await send('/grade', ESSAY)

    const run = await runRetake(['replay', id, '-u', url, '--watch', 'nowhere'], { cwd })

    expect(run).toMatchObject({ code: 3, stderr: expect.stringContaining('nowhere') })
  })

  it('goes again when a file changes', async () => {
    const cwd = createFolder()
    const { url, send } = await startApp({ cwd })
    const { id } = await send('/grade', ESSAY)
    const child = spawn(process.execPath, [MAIN, 'replay', id, '-u', url, '--watch'], { cwd })
    onTestFinished(() => void child.kill())
    const lines: string[] = []
    const notes = createInterface({ input: child.stderr })
    const results = createInterface({ input: child.stdout })
    results.on('line', (line) => lines.push(line))

    await once(notes, 'line')
    writeFileSync(join(cwd, 'prompt.txt'), 'changed')
    while (lines.length < 2) await once(results, 'line')
    child.kill('SIGINT')
    const [code] = (await once(child, 'exit')) as [number]

    expect(lines).toEqual([
      expect.stringMatching(/^same {2}200/),
      expect.stringMatching(/^same {2}200/),
    ])
    expect(code).toBe(0)
  })
})
