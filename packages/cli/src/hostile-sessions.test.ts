import { symlinkSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import type { SessionData } from '@retake/core'
import { writeCassetteFile } from '@retake/core/stores/cassette-files'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createFolder, loadSession, recordSession } from './testing/record.ts'
import { MAIN, runRetake } from './testing/run.ts'

type Change = (data: SessionData) => SessionData

/** Commits a session that was made to harm who looks at it. */
async function commitHostile(folder: string, change: Change): Promise<string> {
  const data = await loadSession(folder, await recordSession(folder))
  writeCassetteFile(join(folder, 'hostile.cassette.json'), change(data), {})
  return 'hostile.cassette.json'
}

const asking =
  (url: string, headers: Readonly<Record<string, string>> = {}): Change =>
  (data) => ({ ...data, session: { ...data.session, request: { method: 'GET', url, headers } } })

/** A server that must not be asked anything. */
async function startTrap(): Promise<{ readonly port: number; readonly asked: readonly string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${String(request.headers['x-replay-key'])}`)
    response.end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  return { port: (server.address() as AddressInfo).port, asked }
}

describe('a recording', () => {
  it('never says where its request is sent', async () => {
    const folder = createFolder()
    const trap = await startTrap()
    const env = { RETAKE_REPLAY_SECRET: 'the secret of the gate' }
    const urls = [
      `@127.0.0.1:${trap.port}/x`,
      `${trap.port}/x`,
      `//127.0.0.1:${trap.port}/x`,
      `http://127.0.0.1:${trap.port}/x`,
      `/\\127.0.0.1:${trap.port}/x`,
    ]
    for (const url of urls) {
      const file = await commitHostile(folder, asking(url))
      // A port of which the one of the trap is no longer part.
      const server = ['--url', 'http://127.0.0.1:1', '--header', 'Authorization: Bearer mine']
      const { code, stderr } = await runRetake(['replay', file, ...server], { cwd: folder, env })
      expect([code, stderr]).toEqual([5, expect.stringContaining('no path of a server')])
    }
    expect(trap.asked).toEqual([])
  })

  it('does not say who asks', async () => {
    const folder = createFolder()
    const trap = await startTrap()
    const headers = {
      'x-replay-key': 'theirs',
      cookie: 'a=b',
      'x-forwarded-for': '1',
      accept: '*/*',
    }
    const file = await commitHostile(folder, asking('/x', headers))

    await runRetake(['replay', file, '--url', `http://127.0.0.1:${trap.port}`], { cwd: folder })

    expect(trap.asked.length).toBeGreaterThan(0)
    expect(trap.asked.join()).not.toContain('theirs')
  })
})

describe('a report that is none', () => {
  it.each<[string, unknown]>([
    ['a text', 'served'],
    ['no lists', { served: 1, missed: 'none', drifted: {} }],
    [
      'lists of something else',
      { served: 1, session: 'a', replayOf: 'b', match: 'strict', status: 'ok', missed: [1] },
    ],
  ])('is refused: %s', async (_what, report) => {
    const folder = createFolder()
    const source = await recordSession(folder)
    const data = await loadSession(folder, source)
    const records = [
      { ...data.session, id: 'replay-of-somebody', replayOf: source },
      ...data.events,
      { ...data.end, report },
    ]
    const log = records.map((record) => `${JSON.stringify(record)}\n`).join('')
    writeFileSync(join(folder, '.retake', 'replay-of-somebody.jsonl'), log)

    const { code, stderr } = await runRetake(['explain', 'replay-of-somebody'], { cwd: folder })

    expect([code, stderr]).toEqual([5, expect.stringContaining('The report of replay')])
  })
})

async function connect(cwd: string) {
  const client = new Client({ name: 'test', version: '1.0.0' })
  const command = { command: process.execPath, args: [MAIN, 'mcp'], cwd }
  await client.connect(new StdioClientTransport(command))
  onTestFinished(() => client.close())
  return async (name: string, args: Record<string, unknown>) =>
    JSON.stringify(await client.callTool({ name, arguments: args }))
}

describe('an agent that asks by MCP', () => {
  it('writes nothing outside of the project', async () => {
    const outside = createFolder()
    const cwd = join(outside, 'project')
    mkdirSync(cwd)
    symlinkSync(outside, join(cwd, 'link'))
    const file = await commitHostile(cwd, asking('/x'))
    const call = await connect(cwd)

    for (const test of [
      '../a.test.ts',
      join(outside, 'a.test.ts'),
      'link/a.test.ts',
      'x/../../a.test.ts',
    ]) {
      expect(await call('session_promote', { session: file, test })).toContain('PATH_OUTSIDE')
    }
    const app = '../app.ts#app'
    expect(await call('session_promote', { session: file, test: 'a.test.ts', app })).toContain(
      'PATH_OUTSIDE',
    )
    expect(existsSync(join(outside, 'a.test.ts'))).toBe(false)
  })

  it('is shown nothing that would steer a terminal', async () => {
    const folder = createFolder()
    const escape = '\u001B]0;owned\u0007\u009B31m\u202Eevil'
    const file = await commitHostile(folder, (data) => ({
      ...data,
      session: { ...data.session, name: escape, goal: escape },
      events: data.events.map((event) => ({ ...event, outcome: { value: { [escape]: escape } } })),
    }))
    const call = await connect(folder)

    for (const args of [{ session: file }, { session: file, event: 1 }]) {
      const shown = await call('session_show', args)
      expect(shown).toContain('owned')
      expect(JSON.parse(shown)).not.toEqual(expect.objectContaining({ isError: true }))
      const { content } = JSON.parse(shown) as { content: readonly { text: string }[] }
      expect(content[0]?.text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u)
    }
  })
})
