import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { call, createRetake, currentSession } from '@retake/core'
import { createDirectoryStore } from '@retake/core/stores/directory'
import { describe, expect, it } from 'vitest'
import { editFile } from '../testing/edit.ts'
import { createProject } from '../testing/project.ts'
import { askTwice, createFolder, recordCassette, recordSession } from '../testing/record.ts'
import { runJson, runRetake } from '../testing/run.ts'
import { SCHEMAS } from '../schemas/schemas.ts'
import { expectDocumented } from '../testing/documented.ts'

// Sessions of many kinds, a replay and an open one among them, and cassettes, of which some are damaged.
async function createRichFolder(): Promise<string> {
  const cwd = createProject({ 'package.json': { dependencies: { express: '4' } } })
  const store = createDirectoryStore({ directory: join(cwd, '.retake') })
  const id = await recordSession(cwd, {
    run: runAll,
    session: { name: 'rich', tags: ['a'], metadata: { at: new Date(0) } },
  })
  const retake = createRetake({ store, environment: { RETAKE_REPLAY_ENABLED: '1' }, log: false })
  await retake.replay(id, runAll)
  const session = {
    v: 1,
    type: 'session',
    id: 'open-session',
    startedAt: '2026-01-01T00:00:00.000Z',
  } as const
  store.open({ ...session, capture: 'redacted', seed: 1 }).close()
  await recordCassette(join(cwd, 'a.cassette.json'), { run: askTwice })
  await recordCassette(join(cwd, 'b.cassette.json'), { run: askTwice })
  await recordCassette(join(cwd, 'c.cassette.json'), { run: askTwice })
  editFile(join(cwd, 'b.cassette.json'), '"entries"', '"entries')
  editFile(join(cwd, 'c.cassette.json'), '{\n', '{\n\n')
  return cwd
}

async function runAll(): Promise<void> {
  await askTwice()
  const failing = call({ kind: 'tool', name: 'fails', key: 'k', request: 1 }, async () => {
    throw new Error('no')
  })
  await failing.catch(() => {})
  currentSession()?.decision({
    reasoning: 'r',
    alternatives: ['a', 'b'],
    chosen: 'a',
    confidence: 1,
  })
  currentSession()?.score('helpful', 0.9)
}

const COMMANDS: readonly (readonly [command: string, args: readonly string[]])[] = [
  ['ls', ['ls']],
  ['ls', ['ls', '--replays']],
  ['show', ['show', 'last']],
  ['show', ['show', 'open-session']],
  ['show', ['show', 'last', '--event', '3']],
  ['show', ['show', 'a.cassette.json']],
  ['scan', ['scan', '.', 'gone.ts']],
  ['verify', ['verify', '--sessions', '.']],
  ['migrate', ['migrate', '--check']],
  ['prune', ['prune', '--older-than', '1d', '--dry-run']],
  ['init', ['init']],
  ['init', ['init', '--write']],
  ['doctor', ['doctor', '--url', 'http://localhost:1']],
  ['error', ['show', 'nobody-nowhere']],
  ['error', ['prune']],
]

// Whose tests look at their schemas themselves: they need a server, or files.
const ELSEWHERE = ['diff', 'explain', 'export', 'fork', 'import', 'promote', 'replay']

describe('what commands print with --json', () => {
  it('is as their schemas say, all of it', async () => {
    const cwd = await createRichFolder()
    const printed = new Map<string, number>()

    for (const [command, args] of COMMANDS) {
      const { json, stdout } = await runJson(args, { cwd })
      expectDocumented(command, json)
      printed.set(command, (printed.get(command) ?? 0) + stdout.length)
    }

    expect([...printed.keys(), ...ELSEWHERE].toSorted()).toEqual(Object.keys(SCHEMAS).toSorted())
    for (const [, length] of printed) expect(length).toBeGreaterThan(50)
  })

  it('is refused when a field is missing, is of another type, or is not in the schema', () => {
    const json = { scanned: 1, findings: [], corrupt: [], missing: [] }

    expect(() => expectDocumented('scan', json)).not.toThrow()
    expect(() => expectDocumented('scan', { ...json, scanned: '1' })).toThrow(/expected number/)
    expect(() => expectDocumented('scan', { ...json, missing: undefined })).toThrow(
      /expected array/,
    )
    expect(() => expectDocumented('scan', { ...json, more: 1 })).toThrow(/equal/)
  })
})

describe('retake schema', () => {
  it('prints the schema of a command', async () => {
    const { code, stdout } = await runRetake(['schema', 'ls'], { cwd: createFolder() })

    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      required: ['sessions'],
      properties: {
        sessions: { items: { required: ['id', 'startedAt', 'endState'] } },
      },
    })
  })

  it('prints all of them', async () => {
    const { json, stdout } = await runJson(['schema'], { cwd: createFolder() })

    expect(Object.keys(json as object)).toEqual(Object.keys(SCHEMAS))
    expect(stdout).toContain('"format": "date-time"')
    expect(stdout).not.toMatch(/"pattern"|9007199254740991/)
  })

  it('says of what there are some', async () => {
    const run = await runRetake(['schema', 'constructor'], { cwd: createFolder() })

    expect(run).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(
        /^retake: There is no schema of "constructor", only of diff, doctor, error, explain, /,
      ),
    })
  })

  it('is loaded by nobody else', async () => {
    const cwd = createFolder()
    await recordSession(cwd)
    const hooks = join(cwd, 'hooks.mjs')
    writeFileSync(
      hooks,
      `import { registerHooks } from 'node:module'
registerHooks({
  resolve(specifier, context, next) {
    if (/^(zod|@bomb.sh|yaml|@modelcontextprotocol)/.test(specifier)) console.error('loaded ' + specifier)
    return next(specifier, context)
  },
})`,
    )
    const env = { NODE_OPTIONS: `--import=${hooks}` }

    const [listed, shown, schema] = await Promise.all(
      [['ls'], ['show', 'last'], ['schema']].map((args) => runRetake(args, { cwd, env })),
    )

    expect([listed?.code, shown?.code]).toEqual([0, 0])
    expect(listed?.stderr).toBe('')
    expect(shown?.stderr).toBe('')
    expect(schema?.stderr).toContain('loaded zod')
  })
})
