import { chmodSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { call, createRetake, ReplayEscapeError } from '@retake/core'
import { currentScope, failSession } from '@retake/core/adapter'
import { createDirectoryStore } from '@retake/core/stores/directory'
import { createMemoryStore } from '@retake/core/stores/memory'
import { retakeMiddleware } from '@retake/express'
import express from 'express'
import { describe, expect, it, onTestFinished } from 'vitest'
import { editFile } from '../testing/edit.ts'
import { createProject, type Files } from '../testing/project.ts'
import { recordSession } from '../testing/record.ts'
import { runJson, runRetake } from '../testing/run.ts'
import { checkRuntime } from './check-runtime.ts'

interface Found {
  readonly level: string
  readonly message: string
  readonly wayOut?: string
}

async function examine(
  cwd: string,
  { args = [], env = {} }: { args?: string[]; env?: Record<string, string> } = {},
) {
  const { code, json } = await runJson(['doctor', ...args], { cwd, env })
  const { findings } = json as { findings: (Found & { code: string })[] }
  return { code, found: Object.fromEntries(findings.map((finding) => [finding.code, finding])) }
}

function installed(packages: Readonly<Record<string, string>>): Files {
  const files = Object.entries(packages).map(([path, version]) => {
    const name = path.split('node_modules/').at(-1)
    return [`node_modules/${path}/package.json`, { name, version }]
  })
  return Object.fromEntries(files) as Files
}

describe('retake doctor', () => {
  it('is content with a project that has what it needs', async () => {
    const cwd = createProject({
      'package.json': { dependencies: { express: '^5.0.0', ai: '^6.0.0' } },
      ...installed({
        '@retake/core': '1.2.0',
        '@retake/express': '1.2.0',
        '@retake/ai-sdk': '1.2.0',
        express: '5.1.0',
        ai: '6.0.3',
      }),
    })
    await recordSession(cwd)

    const run = await runRetake(['doctor'], { cwd, env: { RETAKE_REPLAY_ENABLED: '1' } })

    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout).toMatch(/All is well\.\n$/)
    for (const line of [
      'express 5.1.0 with @retake/express 1.2.0',
      'ai 6.0.3 with @retake/ai-sdk 1.2.0',
      '@retake/ai-sdk, @retake/core, @retake/express 1.2.0',
      'one copy of @retake/core',
      'only its owner can read it (0700)',
      'open: RETAKE_REPLAY_ENABLED is set',
      'nothing seems to go by unrecorded in the last 1 session',
    ]) {
      expect(run.stdout).toContain(line)
    }
    expect(run.stdout).toMatch(/1 session, [\d.]+ K?B, the newest of 20/)
  })

  it('names libraries that nothing records, and ends with 1 without the core', async () => {
    const cwd = createProject({ 'package.json': { dependencies: { hono: '4' } }, 'yarn.lock': '' })

    const { code, found } = await examine(cwd)

    expect(code).toBe(1)
    expect(found.core).toMatchObject({
      level: 'fail',
      wayOut: expect.stringContaining('yarn add @retake/core'),
    })
    expect(found['recorder:hono']).toMatchObject({
      level: 'warn',
      message: 'hono is here, @retake/hono is not',
      wayOut: expect.stringContaining('yarn add @retake/hono'),
    })
  })

  it('finds versions that do not go together, by what is installed', async () => {
    const dependencies = { express: '>=4', '@retake/express': '*' }
    const project = (express: string, version: string) =>
      createProject({
        'package.json': { dependencies },
        ...installed({ '@retake/core': '0.2.0', '@retake/express': version, express }),
      })

    const patch = await examine(project('5.0.0', '0.2.1'))
    const minor = await examine(project('4.18.0', '0.3.0'))

    expect(patch.code).toBe(0)
    expect(patch.found.versions).toMatchObject({ level: 'warn' })
    expect(minor.code).toBe(1)
    expect(minor.found.versions).toMatchObject({
      level: 'fail',
      message: 'packages of different versions: @retake/core 0.2.0, @retake/express 0.3.0',
    })
    expect(minor.found['recorder:express']).toMatchObject({
      level: 'fail',
      message: 'express 4 is too old for @retake/express, which works with 5',
    })
  })

  it('counts the copies of the core, wherever they lie', async () => {
    const cwd = createProject({
      'package.json': {},
      ...installed({
        '@retake/core': '1.0.0',
        '@retake/hono': '1.0.0',
        '@retake/hono/node_modules/@retake/core': '1.0.0',
        '@acme/agent/node_modules/@retake/core': '0.9.0',
        'plain/node_modules/other/node_modules/@retake/core': '0.8.0',
      }),
    })

    const { found } = await examine(cwd)

    expect(found.copies).toMatchObject({
      level: 'warn',
      message: expect.stringContaining('4 copies of @retake/core: 0.9.0 in '),
    })
  })

  it('takes links of a package manager for what they lead to', async () => {
    const cwd = createProject({ 'package.json': {} }, true)

    const { found } = await examine(cwd)

    expect(found.versions).toMatchObject({
      level: 'ok',
      message: expect.stringContaining('@retake/express'),
    })
    expect(found.copies).toMatchObject({ level: 'ok' })
  })

  it('looks at the folder of sessions: its mode, and what cannot be read', async () => {
    const cwd = createProject({ 'package.json': {} })
    const directory = join(cwd, '.retake')
    await recordSession(cwd)
    const broken = await recordSession(cwd)
    editFile(join(directory, `${broken}.jsonl`), '"type":"session"', '"type":"sess')
    chmodSync(directory, 0o755)

    const { found } = await examine(cwd)
    writeFileSync(join(cwd, 'file'), '')
    const wrong = await examine(cwd, { args: ['--dir', 'file'] })
    const none = await examine(cwd, { args: ['--dir', 'none'] })

    expect(found.mode).toMatchObject({ level: 'warn', wayOut: `chmod 700 ${directory}` })
    expect(found.sessions).toMatchObject({
      level: 'ok',
      message: expect.stringMatching(/^1 session, /),
    })
    expect(found.unreadable).toMatchObject({ level: 'warn', message: '1 session cannot be read' })
    expect(wrong.found.store).toMatchObject({
      level: 'fail',
      message: `${join(cwd, 'file')} is no folder`,
    })
    expect(none.found.store).toMatchObject({ level: 'warn' })
  })

  it.each([
    ['nothing', {}, 'ok', 'closed in this shell'],
    ['a word', { RETAKE_REPLAY_ENABLED: 'sesame' }, 'warn', 'nothing that opens the gate'],
    [
      'production',
      { RETAKE_REPLAY_ENABLED: 'on', NODE_ENV: 'production' },
      'fail',
      'RETAKE_REPLAY_SECRET is not',
    ],
    [
      'production and a secret',
      {
        RETAKE_REPLAY_ENABLED: 'on',
        NODE_ENV: 'production',
        RETAKE_REPLAY_SECRET: 'sesame-open-42',
      },
      'ok',
      'to who has RETAKE_REPLAY_SECRET',
    ],
  ])(
    'tells what the gate makes of %s, and prints no value',
    async (_what, env: Record<string, string>, level, message) => {
      const cwd = createProject({ 'package.json': {} })

      const { found } = await examine(cwd, { env })

      expect(found.gate).toMatchObject({ level, message: expect.stringContaining(message) })
      expect(JSON.stringify(found)).not.toContain('sesame')
    },
  )

  it('misses the events of a library that is there', async () => {
    const cwd = createProject({
      'package.json': { dependencies: { ai: '6', openai: '6' } },
      ...installed({
        '@retake/core': '1.0.0',
        '@retake/ai-sdk': '1.0.0',
        '@retake/fetch': '1.0.0',
      }),
    })
    const run = () => call({ kind: 'http', name: 'api.example' }, async () => 1)
    await recordSession(cwd, { run })

    const { code, found } = await examine(cwd)

    expect(code).toBe(0)
    expect(found['missing:ai']).toMatchObject({
      level: 'warn',
      message:
        'ai is here, but none of the last 1 session has an event of kind llm or embedding or rerank',
    })
    expect(found).not.toHaveProperty('missing:openai')
  })

  it('repeats what replays were stopped for', async () => {
    const cwd = createProject({ 'package.json': {} })
    const store = createDirectoryStore({ directory: join(cwd, '.retake') })
    const retake = createRetake({ store, environment: { RETAKE_REPLAY_ENABLED: '1' }, log: false })
    const id = await recordSession(cwd, { run: async () => {} })
    const replayed = retake.replay(id, async () => {
      const scope = currentScope()
      if (scope)
        failSession(
          scope.session,
          new ReplayEscapeError('A request to https://api.example escaped.'),
        )
    })
    await expect(replayed).rejects.toThrow('escaped')

    const { found } = await examine(cwd)

    expect(found.escape).toMatchObject({
      level: 'warn',
      message: expect.stringContaining('https://api.example escaped'),
    })
  })

  it('asks a server without having it do anything', async () => {
    const cwd = createProject({ 'package.json': {}, ...installed({ '@retake/core': '1.0.0' }) })
    const handled: string[] = []
    const environment = { RETAKE_REPLAY_ENABLED: '1' }
    const app = express()
    app.use(retakeMiddleware(createRetake({ store: createMemoryStore(), environment, log: false })))
    app.use((request, response) => {
      handled.push(request.url)
      response.send('done')
    })
    const closed = createServer((_request, response) => response.end('done'))
    const ports = [createServer(app), closed].map((server) => {
      server.listen(0)
      onTestFinished(() => void server.close())
      return (server.address() as AddressInfo).port
    })
    const [open, shut, gone] = await Promise.all(
      [...ports, 1].map((port) =>
        examine(cwd, { args: ['--url', `http://localhost:${port}/chat`] }),
      ),
    )

    expect([open?.code, shut?.code, gone?.code]).toEqual([0, 1, 1])
    expect(open?.found.server).toMatchObject({ level: 'ok' })
    expect(shut?.found.server).toMatchObject({
      message: expect.stringContaining('does not replay'),
    })
    expect(gone?.found.server).toMatchObject({
      message: expect.stringContaining('does not answer'),
    })
    expect(handled).toEqual([])
  })

  it('does without a project, and wants a whole URL', async () => {
    const cwd = createProject({})

    const { code, found } = await examine(cwd)
    const wrong = await runRetake(['doctor', '--url', 'localhost:3000'], { cwd })

    expect(code).toBe(0)
    expect(found.project).toMatchObject({ level: 'warn' })
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('http://localhost:3000'),
    })
  })
})

describe('the version of Node', () => {
  it.each([
    ['22.12.0', 'fail'],
    ['20.19.5', 'fail'],
    ['22.13.0', 'ok'],
    ['26.1.0', 'ok'],
  ])('%s: %s', (version, level) => {
    expect(checkRuntime(version).level).toBe(level)
  })
})
