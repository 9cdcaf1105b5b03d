import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createRetake, recorded } from '@retake/core'
import { withScope } from '@retake/http'
import { createDirectoryStore } from '@retake/core/stores/directory'
import { describe, expect, it } from 'vitest'
import { expectDocumented } from '../testing/documented.ts'
import { createFolder, recordSession } from '../testing/record.ts'
import { runJson, runRetake } from '../testing/run.ts'

const APP = 'export const app = {}\n'

interface Recorded {
  readonly cwd: string
  readonly id: string
}

interface RecordRequestOptions {
  readonly answer?: string
  readonly capture?: 'redacted' | 'full'
  /** Where the app is; `false` for nowhere. */
  readonly app?: string | false
  readonly appSource?: string
}

async function recordRequest({
  answer = 'kind',
  capture = 'redacted',
  app = 'src/app.ts',
  appSource = APP,
}: RecordRequestOptions = {}): Promise<Recorded> {
  const cwd = createFolder()
  const retake = createRetake({
    store: createDirectoryStore({ directory: join(cwd, '.retake') }),
    capture,
    environment: {},
    log: false,
  })
  const ask = recorded('llm', "o'model", async () => answer)
  const handler = withScope(async () => Response.json({ answer: await ask() }), { retake })
  const response = await handler(
    new Request('http://localhost/ask?page=2', { method: 'POST', body: 'an essay' }),
  )
  await response.text()
  await retake.flush()
  if (app !== false) write(join(cwd, app), appSource)
  return { cwd, id: response.headers.get('x-session-id') ?? '' }
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

describe('retake promote', () => {
  it('writes a cassette, and a test that sends the request to the app', async () => {
    const { cwd, id } = await recordRequest()

    const run = await runJson(['promote', id, '--test', 'tests/api/ask.test.ts'], { cwd })

    expect(run).toMatchObject({
      code: 0,
      json: {
        session: id,
        test: 'tests/api/ask.test.ts',
        cassette: 'tests/api/__cassettes__/ask.cassette.json',
        app: 'src/app.ts#app',
        trajectory: ["llm o'model"],
      },
    })
    expectDocumented('promote', run.json)
    const source = readFileSync(join(cwd, 'tests/api/ask.test.ts'), 'utf8')
    expect(source).toContain("import { app } from '../../src/app.ts'")
    expect(source).toContain("new URL('./__cassettes__/ask.cassette.json', import.meta.url)")
    expect(source).toContain(String.raw`toMatchTrajectory(['llm o\'model'])`)
    const shown = await runRetake(['show', 'tests/api/__cassettes__/ask.cassette.json'], { cwd })
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining('POST /ask?page=2') })
  })

  it.each([
    ['src/server.ts', 'const app = express()\nexport { app }\n', 'src/server.ts#app'],
    ['index.js', 'export default new Hono()\n', 'index.js#default'],
    [
      'src/index.ts',
      'export async function handler(request: Request) {}\n',
      'src/index.ts#handler',
    ],
  ])('finds the app in %s', async (app, appSource, found) => {
    const { cwd, id } = await recordRequest({ app, appSource })

    const run = await runJson(['promote', id, '--test', 'ask.test.ts'], { cwd })

    expect(run.json).toMatchObject({ app: found })
  })

  it('writes imports as the TypeScript of the project takes them', async () => {
    const { cwd, id } = await recordRequest()
    write(join(cwd, 'tsconfig.json'), '{ "compilerOptions": { "module": "nodenext" } }')

    await runRetake(['promote', id, '--test', 'ask.test.ts'], { cwd })

    expect(readFileSync(join(cwd, 'ask.test.ts'), 'utf8')).toContain("from './src/app.js'")
  })

  it('takes a test whose name is as long as names can be', async () => {
    const { cwd, id } = await recordRequest()
    const test = `${'字'.repeat(82)}x.test.ts`

    const run = await runJson(['promote', id, '--test', test], { cwd })

    expect(run).toMatchObject({ code: 0, json: { test } })
    expect(readdirSync(join(cwd, '__cassettes__'))).toEqual([`${'字'.repeat(66)}.cassette.json`])
  })

  it('overwrites nothing unless it is told to', async () => {
    const { cwd, id } = await recordRequest()
    write(join(cwd, 'ask.test.ts'), 'mine')

    const refused = await runRetake(['promote', id, '--test', 'ask.test.ts'], { cwd })
    const kept = readFileSync(join(cwd, 'ask.test.ts'), 'utf8')
    const forced = await runRetake(['promote', id, '--test', 'ask.test.ts', '--force'], { cwd })

    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--force') })
    expect(kept).toBe('mine')
    expect(forced.code).toBe(0)
  })

  it('writes nothing when the session holds a secret, and says where', async () => {
    const answer = `sk-proj-${'a1B2'.repeat(12)}`
    const { cwd, id } = await recordRequest({ answer, capture: 'full' })

    const run = await runJson(['promote', id, '--test', 'ask.test.ts'], { cwd })

    expect(run).toMatchObject({ code: 1, json: { error: { code: 'CASSETTE_SECRET' } } })
    expect(run.stderr).toContain('events[0].outcome.value')
    expect(run.stderr).not.toContain('a1B2')
    expect(existsSync(join(cwd, 'ask.test.ts'))).toBe(false)
    expect(existsSync(join(cwd, '__cassettes__'))).toBe(false)
  })

  it('says what keeps a session from becoming a test', async () => {
    const { cwd, id } = await recordRequest({ app: false })
    write(join(cwd, 'src/server.ts'), 'const app = express()\napp.listen(3000)\n')
    const without = await recordSession(cwd)
    const run = (...args: readonly string[]) => runRetake(['promote', ...args], { cwd })

    const runs = [
      await run(id, '--test', 'ask.test.ts'),
      await run(id, '--test', 'ask.test.ts', '--app', 'src/nothing.ts'),
      await run(id, '--test', 'ask.test.ts', '--app', 'src/server.ts'),
      await run(id, '--test', 'ask.ts', '--app', 'src/server.ts#app'),
      await run(without, '--test', 'ask.test.ts'),
      await run('0000', '--test', 'ask.test.ts'),
      await run(id),
    ]

    expect(runs.map(({ code }) => code)).toEqual([3, 3, 3, 2, 5, 3, 2])
    expect(runs.map(({ stderr }) => stderr)).toEqual([
      expect.stringContaining('src/server.ts makes an app and does not export it'),
      expect.stringContaining('There is no file src/nothing.ts'),
      expect.stringContaining('--app src/server.ts#app'),
      expect.stringContaining('is no name of a test'),
      expect.stringContaining('not made by an HTTP request'),
      expect.stringContaining('There is no session 0000'),
      expect.stringContaining('--test'),
    ])
    expect(existsSync(join(cwd, 'ask.test.ts'))).toBe(false)
  })
})
