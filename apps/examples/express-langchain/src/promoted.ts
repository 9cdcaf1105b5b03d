// A recorded session becomes a regression test by one command. The test passes, and fails when the agent's prompt, a tool
// or the answer is changed.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startProvider } from '@retake/loopback-provider'

const here = import.meta.dirname
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'retake-promoted-')))
const appFile = join(folder, 'src/app.ts')

cpSync(join(here, 'app.ts'), appFile)
symlinkSync(join(here, '../node_modules'), join(folder, 'node_modules'))
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
writeFileSync(
  join(folder, 'vitest.config.ts'),
  `const conditions = ['@retake/source', 'node', 'development|production']
export default {
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['@retake/source', 'node'] } },
}
`,
)

process.chdir(folder)
const session = await recordOne()
const promoted = await run(mainOf('retake', 'src/main.ts'), [
  'promote',
  session,
  '--test',
  'tests/forecast.test.ts',
])
assert.equal(promoted.code, 0, promoted.output)

const passed = await runTest()
assert.equal(passed.code, 0, passed.output)

await failsWith('You tell people what to wear.', 'You are rude.', [
  'no recording for llm',
  'recorded "You tell people what to wear."',
  'now "You are rude."',
])
await failsWith('degrees`', 'kelvin`', ['weather', 'degrees', 'kelvin'])
await failsWith('steps: messages.length', 'turns: messages.length', ['body.steps', 'body.turns'])

rmSync(folder, { recursive: true })
console.log('LangChain: a session was promoted; its test passes, and fails for 3 of 3 changes.')

async function recordOne(): Promise<string> {
  const provider = await startProvider()
  process.env.OPENAI_BASE_URL = provider.url
  process.env.OPENAI_API_KEY = 'none'
  const { app } = await import('./app.ts')
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const response = await fetch(`http://127.0.0.1:${port}/forecast`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ question: 'Do I need an umbrella?' }),
  })
  assert.equal(response.status, 200)
  await response.text()
  server.close()
  await once(server, 'close')
  await provider.close()
  return response.headers.get('x-session-id') ?? ''
}

async function failsWith(
  before: string,
  after: string,
  messages: readonly string[],
): Promise<void> {
  const source = readFileSync(appFile, 'utf8')
  assert.ok(source.includes(before))
  writeFileSync(appFile, source.replace(before, after))
  const { code, output } = await runTest()
  writeFileSync(appFile, source)
  assert.notEqual(code, 0, `the test passes although "${before}" has become "${after}"`)
  for (const message of messages) assert.ok(output.includes(message), output)
}

function runTest(): ReturnType<typeof run> {
  return run(mainOf('vitest', 'vitest.mjs'), ['run', '--root', folder])
}

function mainOf(name: string, file: string): string {
  return join(dirname(fileURLToPath(import.meta.resolve(`${name}/package.json`))), file)
}

function run(
  file: string,
  args: readonly string[],
): Promise<{ readonly code: number; readonly output: string }> {
  const { OPENAI_BASE_URL: _gone, RETAKE_REPLAY_ENABLED: _closed, ...environment } = process.env
  const options = { cwd: folder, env: { ...environment, CI: '1', NO_COLOR: '1' } }
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--conditions=@retake/source', file, ...args],
      options,
      (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, output: stdout + stderr })
      },
    )
  })
}
