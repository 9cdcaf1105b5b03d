import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createProject, type Files, readFiles } from '../testing/project.ts'
import { createFolder } from '../testing/record.ts'
import { runJson, runRetake } from '../testing/run.ts'

const EXPRESS_APP = `import express from 'express'

const app = express()

app.get('/haiku', (_request, response) => {
  response.send('An old silent pond')
})

const server = app.listen(0, () => console.log(server.address().port))
`

const HONO_APP = `import { Hono } from "hono";
import { serve } from "@hono/node-server";

const app = new Hono();

app.get("/haiku", (context) => context.text("An old silent pond"));

serve({ fetch: app.fetch, port: 0 }, ({ port }) => console.log(port));
`

const COMMON_APP = `const express = require('express')
const app = express()
app.get('/haiku', (_request, response) => response.send('An old silent pond'))
const server = app.listen(0, () => console.log(server.address().port))
`

function manifest(dependencies: readonly string[], more: object = {}): object {
  const ranges = Object.fromEntries(dependencies.map((name) => [name, RANGES[name] ?? '*']))
  return { name: 'shop', type: 'module', dependencies: ranges, ...more }
}

const RANGES: Readonly<Record<string, string>> = { express: '^5.1.0', hono: '^4.9.0', ai: '^6.0.0' }

interface Init {
  readonly install: readonly string[]
  readonly steps: readonly {
    readonly for: string
    readonly lines: readonly string[]
    readonly problem?: string
  }[]
  readonly start: string
  readonly try: readonly string[]
  readonly changes: readonly {
    readonly file: string
    readonly state: string
    readonly reason?: string
    readonly diff?: string
  }[]
}

async function init(files: Files, ...args: string[]): Promise<Init & { readonly cwd: string }> {
  const cwd = createProject(files)
  const { code, json } = await runJson(['init', ...args], { cwd })
  expect(code).toBe(0)
  return { ...(json as Init), cwd }
}

// Starts what was written, with the real packages.
async function ask(cwd: string, file: string): Promise<Response> {
  const server = spawn(process.execPath, [file], { cwd, stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void server.kill())
  const [port] = (await once(server.stdout, 'data')) as [Buffer]
  return fetch(`http://localhost:${String(port).trim()}/haiku`)
}

describe('retake init', () => {
  it('says what to install, what to add and how to try it, and changes nothing', async () => {
    const files = {
      'package.json': manifest(['express', 'ai', '@ai-sdk/openai', 'openai', 'vitest'], {
        scripts: { start: 'node app.js' },
      }),
      'pnpm-lock.yaml': '',
      'src/app.ts': EXPRESS_APP.replace('listen(0,', 'listen(4000,'),
      'tsconfig.json': {},
    }
    const cwd = createProject(files)

    const run = await runRetake(['init'], { cwd })

    expect(run).toMatchObject({ code: 0, stderr: '' })
    for (const line of [
      'shop (TypeScript, ES modules, pnpm) uses express, ai, openai, vitest.',
      'pnpm add @retake/core @retake/express @retake/ai-sdk @retake/fetch',
      'pnpm add --save-dev retake @retake/vitest',
      "import { retakeMiddleware } from '@retake/express'",
      'app.use(retakeMiddleware())',
      'const openai = wrapProvider(createOpenAI())',
      'const openai = new OpenAI({ fetch: retakeFetch() })',
      'RETAKE_REPLAY_ENABLED=1 pnpm run start',
      'curl -i localhost:4000/haiku',
      'to write   src/app.ts',
    ]) {
      expect(run.stdout).toContain(line)
    }
    expect(readFiles(cwd, ['src/app.ts'])).toEqual({ 'src/app.ts': files['src/app.ts'] })
    expect(readdirSync(cwd).toSorted()).toEqual(
      [...Object.keys(files).slice(0, 2), 'src', 'tsconfig.json'].toSorted(),
    )
  })

  it.each([
    ['express', 'app.mjs', EXPRESS_APP, manifest(['express'])],
    ['hono', 'server.js', HONO_APP, manifest(['hono'])],
    [
      'express, as CommonJS',
      'lib/app.cjs',
      COMMON_APP,
      manifest(['express'], { type: 'commonjs' }),
    ],
    ['express, in TypeScript', 'src/app.ts', EXPRESS_APP, manifest(['express', 'typescript'])],
  ])(
    'writes the middleware into an app of %s, which then records',
    async (_what, file, app, json) => {
      const cwd = createProject({ 'package.json': json, [file]: app }, true)

      const first = await runRetake(['init', '--write'], { cwd })
      const written = readFiles(cwd, [file, '.gitignore'])
      const second = await runJson(['init', '--write'], { cwd })

      expect(first).toMatchObject({ code: 0, stderr: '' })
      expect(first.stdout).toContain('\n+app.use(retakeMiddleware())')
      expect(written[file]).toContain('retakeMiddleware')
      expect(written['.gitignore']).toBe('.retake/\n')
      expect((second.json as Init).changes.map(({ state }) => state)).toEqual(['there', 'there'])
      expect(readFiles(cwd, [file, '.gitignore'])).toEqual(written)

      const response = await ask(cwd, file)
      expect(await response.text()).toBe('An old silent pond')
      expect(response.headers.get('x-session-id')).toMatch(/^[0-9a-f-]{36}$/)
    },
  )

  it('writes as the file is written: quotes, semicolons, line ends, indents', async () => {
    const app = `import { Hono } from "hono";\r\n\r\nexport function make() {\r\n\tconst app = new Hono<{ A: 1 }>();\r\n\treturn app;\r\n}\r\n`
    const { cwd } = await init({ 'package.json': manifest(['hono']), 'app.ts': app }, '--write')

    expect(readFiles(cwd, ['app.ts'])['app.ts']).toBe(
      'import { Hono } from "hono";\r\nimport { retakeMiddleware } from "@retake/hono";\r\n\r\n' +
        'export function make() {\r\n\tconst app = new Hono<{ A: 1 }>();\r\n\tapp.use(retakeMiddleware());\r\n\treturn app;\r\n}\r\n',
    )
  })

  it('arms LangChain where the app is made', async () => {
    const files = {
      'package.json': manifest(['express', '@langchain/core']),
      'app.js': EXPRESS_APP,
    }
    const { cwd } = await init(files, '--write')

    expect(readFiles(cwd, ['app.js'])['app.js']).toContain(
      "import { retakeMiddleware } from '@retake/express'\nimport '@retake/langchain/register'\n",
    )
    const { json } = await runJson(['init', '--write'], { cwd })
    expect((json as Init).changes).toMatchObject([{ state: 'there' }, { state: 'there' }])
  })

  it.each([
    [
      'there are several apps',
      { 'a.js': EXPRESS_APP, 'b.js': EXPRESS_APP },
      'several files make an app: a.js, b.js',
    ],
    [
      'a file makes several',
      { 'a.js': `${EXPRESS_APP}const other = express()\n` },
      'it makes several apps',
    ],
    ['there is none', { 'a.js': 'export const a = 1\n' }, 'no file makes an app of express'],
    [
      'the line goes on',
      { 'a.js': EXPRESS_APP.replace('express()\n\n', 'express()\n  .disable("etag")\n') },
      'goes on in the next one',
    ],
    [
      'it is in a comment',
      { 'a.js': EXPRESS_APP.replace('const app', '/*\nconst app').concat('*/') },
      'in a comment or a text',
    ],
    [
      'it is in a text',
      {
        'a.js': `import express from 'express'\nconst text = \`\nconst app = express()\nand more\n\`\n`,
      },
      'in a comment or a text',
    ],
    ['the file is broken', { 'a.js': `${EXPRESS_APP}const = 1\n` }, 'it could not be parsed'],
    [
      'the import is unusual',
      { 'a.js': EXPRESS_APP.replace('import express', 'import\nexpress') },
      'does not import the framework',
    ],
  ])('leaves the app alone when %s', async (_why, sources: Record<string, string>, reason) => {
    const files = { 'package.json': manifest(['express']), ...sources }
    const { cwd, changes } = await init(files, '--write')

    expect(changes[1]).toMatchObject({ state: 'by-hand', reason: expect.stringContaining(reason) })
    expect(readFiles(cwd, Object.keys(sources))).toEqual(sources)
  })

  it('looks neither into tests nor into other packages', async () => {
    const { changes } = await init({
      'package.json': manifest(['express']),
      'app.js': EXPRESS_APP,
      'app.test.js': EXPRESS_APP,
      'tests/app.js': EXPRESS_APP,
      'node_modules/a/app.js': EXPRESS_APP,
      'packages/other/package.json': {},
      'packages/other/app.js': EXPRESS_APP,
    })

    expect(changes[1]).toMatchObject({ file: 'app.js', state: 'possible' })
  })

  it('adds to a .gitignore, once', async () => {
    const files = { 'package.json': manifest([]), '.gitignore': 'node_modules\ndist' }
    const { cwd } = await init(files, '--write')
    const ignored = await init(
      { 'package.json': manifest([]), '.gitignore': '/.retake\n' },
      '--write',
    )

    expect(readFiles(cwd, ['.gitignore'])['.gitignore']).toBe('node_modules\ndist\n.retake/\n')
    expect(ignored.changes).toMatchObject([{ state: 'there' }])
  })

  it('gives vitest the plugin: in a new config, or in a plain one', async () => {
    const plain = `import { defineConfig } from 'vitest/config'\n\nexport default defineConfig({\n    test: { globals: true },\n})\n`
    const fresh = await init({ 'package.json': manifest(['vitest']) }, '--write')
    const edited = await init(
      { 'package.json': manifest(['vitest']), 'vitest.config.ts': plain },
      '--write',
    )

    expect(readFiles(fresh.cwd, ['vitest.config.js'])['vitest.config.js']).toContain(
      'plugins: [retake()]',
    )
    expect(readFiles(edited.cwd, ['vitest.config.ts'])['vitest.config.ts']).toBe(
      `import { retake } from '@retake/vitest/plugin'\nimport { defineConfig } from 'vitest/config'\n\nexport default defineConfig({\n    plugins: [retake()],\n    test: { globals: true },\n})\n`,
    )
  })

  it.each([
    [
      'has plugins',
      'vitest.config.ts',
      "import { defineConfig } from 'vitest/config'\nexport default defineConfig({\n  plugins: [],\n})\n",
    ],
    ['is that of vite', 'vite.config.ts', 'export default {}\n'],
  ])('leaves a config alone that %s', async (_what, file, text) => {
    const { cwd, changes } = await init(
      { 'package.json': manifest(['vitest']), [file]: text },
      '--write',
    )

    expect(changes[1]).toMatchObject({ file, state: 'by-hand' })
    expect(readFiles(cwd, [file])[file]).toBe(text)
    expect(existsSync(join(cwd, 'vitest.config.js'))).toBe(false)
  })

  it.each([
    ['package-lock.json', 'npm install @retake/core', 'npm run dev'],
    ['pnpm-lock.yaml', 'pnpm add @retake/core', 'pnpm run dev'],
    ['yarn.lock', 'yarn add @retake/core', 'yarn run dev'],
    ['bun.lock', 'bun add @retake/core', 'bun run dev'],
  ])('takes the package manager of %s', async (lockfile, install, start) => {
    const json = manifest([], { scripts: { dev: 'node .' } })
    const found = await init({ 'package.json': json, [lockfile]: '' })

    expect(found.install[0]).toBe(install)
    expect(found.start).toBe(`RETAKE_REPLAY_ENABLED=1 ${start}`)
  })

  it('shows require to CommonJS, and sessions to what is no server', async () => {
    const { steps } = await init({ 'package.json': manifest(['ai'], { type: undefined }) })

    expect(steps.map((step) => step.for)).toEqual(['core', 'ai'])
    expect(steps[0]?.lines[0]).toBe("const { createRetake } = require('@retake/core')")
    expect(steps[1]?.lines).toContain("const ai = require('ai')")
  })

  it('installs nothing twice, and tells of versions that are too old', async () => {
    const dependencies = {
      express: '~4.18.2',
      '@retake/core': '1',
      '@retake/express': '1',
      retake: '1',
    }
    const { install, steps } = await init({ 'package.json': { dependencies } })

    expect(install).toEqual([])
    expect(steps).toMatchObject([
      { problem: 'express 4 is too old for @retake/express, which works with 5' },
    ])
  })

  it('says when there is no project', async () => {
    const none = await runRetake(['init'], { cwd: createFolder() })
    const broken = await runRetake(['init'], { cwd: createProject({ 'package.json': '{' }) })

    expect(none).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('There is no package.json in'),
    })
    expect(broken).toMatchObject({ code: 5, stderr: expect.stringContaining('is no JSON') })
  })
})
