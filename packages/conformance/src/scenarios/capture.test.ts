import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { call, createRetake, recorded } from '@retake/core'
import { serializeCassette } from '@retake/core/cassette-file'
import { createMemoryStore } from '@retake/core/stores/memory'
import { createDirectoryStore } from '@retake/core/stores/directory'
import { expect } from 'vitest'
import { createTestRetake, loadSession, record, recordEnding, replay } from '../lab.ts'
import { createModel } from '../model.ts'
import { failureOf } from '../rehearse.ts'
import { inDirectory, inEveryStore } from '../stores.ts'
import { verifies } from '../verifies.ts'

// Made up, in the shape of real ones.
const KEY = 'sk-proj-AbCdEfGh1234567890AbCdEf'
const PASSWORD = 'hunter2-and-a-bit-more'
const TOKEN = 'value-of-a-variable-1234'
const SECRETS = [KEY, PASSWORD, TOKEN]

/** A tool that is given credentials in many places, and gives some back. */
const leak = recorded('tool', 'leak', async (request: Record<string, unknown>) => {
  if (request.fails) throw new Error(`401 for ${KEY}`, { cause: { token: TOKEN } })
  return {
    apiKey: KEY,
    text: `Bearer ${KEY}`,
    nested: JSON.stringify({ password: PASSWORD }),
    TOKEN,
  }
})

const LEAKS = {
  password: PASSWORD,
  url: `https://user:${PASSWORD}@example.com/?api_key=${KEY}`,
  headers: { authorization: `Bearer ${KEY}` },
  arguments: JSON.stringify({ secret: PASSWORD }),
  note: `the variable is ${TOKEN}`,
}

verifies('capture:secrets', async () => {
  await inDirectory(async (directory) => {
    const store = createDirectoryStore({ directory })
    const environment = { RETAKE_REPLAY_ENABLED: '1', SERVICE_TOKEN: TOKEN }
    const retake = createRetake({ store, environment, log: false })
    const { id } = await recordEnding(retake, async (session) => {
      session.setMetadata(LEAKS)
      session.event('leak', LEAKS)
      session.error(new Error(`with ${KEY}`))
      await leak(LEAKS)
      await leak({ ...LEAKS, fails: true })
    })
    const { report } = await replay(retake, id, () => leak({ ...LEAKS, note: 'edited' }), {
      match: 'lenient',
    })

    const files = readdirSync(directory).map((name) => readFileSync(join(directory, name), 'utf8'))
    const { text } = serializeCassette(await loadSession(retake, id))
    expect(report.drifted).toHaveLength(1)
    for (const written of [...files, text, JSON.stringify(report)]) {
      for (const secret of SECRETS) expect(written).not.toContain(secret)
    }
  })
})

verifies('capture:secrets-in-misses', async () => {
  const retake = createTestRetake({ redact: { secrets: [TOKEN] } })
  const { id } = await record(retake, () => leak(LEAKS))

  const error = (await failureOf(retake.replay(id, () => leak({ ...LEAKS, more: KEY })))) as Error

  expect(error).toMatchObject({ code: 'REPLAY_MISS' })
  for (const secret of SECRETS) expect(error.message + JSON.stringify(error)).not.toContain(secret)
})

verifies(
  'capture:secrets-match',
  inEveryStore(async (create) => {
    const retake = create()
    let runs = 0
    const login = recorded(
      'tool',
      'login',
      async (_login: { user: string; password: string }) => ++runs,
    )
    const { id, value } = await record(retake, () => login({ user: 'ann', password: PASSWORD }))

    const other = 'another-Passw0rd'
    expect(await retake.replay(id, () => login({ user: 'ann', password: other }))).toBe(value)
    const error = await failureOf(retake.replay(id, () => login({ user: 'bob', password: other })))
    expect(error).toMatchObject({ code: 'REPLAY_MISS' })
  }),
)

verifies(
  'capture:personal-data',
  inEveryStore(async (create) => {
    const retake = create({ redact: { pii: ['email'] } })
    const greet = recorded('tool', 'greet', async (to: string) => `Dear ${to}`)
    const { id } = await record(retake, () => greet('ann@example.com'))

    const { ending, report } = await replay(retake, id, () => greet('ann@example.com'))

    expect(JSON.stringify(await loadSession(retake, id))).not.toContain('ann@')
    expect(ending).toEqual({ value: 'Dear «email:1»' })
    expect(report).toMatchObject({ redacted: 1, exact: 1 })
  }),
)

verifies(
  'capture:metadata',
  inEveryStore(async (create) => {
    const retake = create({ capture: 'metadata' })
    const { ask } = createModel()
    const { id, value } = await record(retake, () => ask('a secret plan'))

    const data = await loadSession(retake, id)
    expect(data.events).toMatchObject([{ kind: 'llm', name: 'test/model', state: 'ok' }])
    expect(JSON.stringify(data)).not.toMatch(/a secret plan/)
    expect(value).toContain('a secret plan')
    const error = await failureOf(retake.replay(id, () => ask('a secret plan')))
    expect(error).toMatchObject({ code: 'REPLAY_NO_SNAPSHOTS', status: 424 })
  }),
)

verifies(
  'capture:fields',
  inEveryStore(async (create) => {
    const retake = create({ fields: { toolResult: false } })
    const { ask, search } = createModel()
    const { id, value } = await record(retake, async () => [await ask('hello'), await search('it')])

    expect(JSON.stringify(await loadSession(retake, id))).not.toContain(value[1])
    const options = { onLeftover: 'ignore' } as const
    expect(await retake.replay(id, () => ask('hello'), options)).toBe(value[0])
    const error = await failureOf(retake.replay(id, () => search('it'), options))
    expect(error).toMatchObject({ code: 'REPLAY_NO_SNAPSHOTS' })
    expect((error as Error).message).toContain('toolResult')
  }),
)

verifies(
  'capture:unstorable',
  inEveryStore(async (create) => {
    const retake = create()
    const hostile = {
      get broken(): string {
        throw new Error('a getter that throws')
      },
    }
    const live = { fn: () => 'still here', size: 1 }
    const open = recorded('tool', 'open', async (_what: unknown) => live)
    const { id, value } = await record(retake, () => open(hostile))

    expect(value).toBe(live)
    expect(retake.stats().withheld).toBeGreaterThan(0)
    const error = await failureOf(retake.replay(id, () => open(hostile)))
    expect(error).toMatchObject({ code: 'REPLAY_NO_SNAPSHOTS' })
    expect((error as Error).message).toContain('fn')
  }),
)

verifies('capture:broken-store', async () => {
  const { ask } = createModel()
  const fail = () => {
    throw new Error('disk full')
  }
  const cannotOpen = { ...createMemoryStore(), open: fail }
  const cannotAppend = { ...createMemoryStore(), open: () => ({ append: fail, close() {} }) }

  for (const store of [cannotOpen, cannotAppend]) {
    const log: string[] = []
    const retake = createRetake({ store, log: (text) => void log.push(text) })
    await expect(retake.session(() => ask('one'))).resolves.toContain('one')
    await expect(retake.session(() => ask('two'))).resolves.toContain('two')
    expect(log).toEqual([expect.stringContaining('disk full')])
  }
})

verifies('capture:private-files', async () => {
  await inDirectory(async (parent) => {
    const directory = join(parent, 'sessions')
    const retake = createTestRetake({ store: createDirectoryStore({ directory }) })
    const { id } = await record(retake, () => call({ kind: 'tool', name: 'any' }, async () => 1))

    expect(statSync(directory).mode & 0o777).toBe(0o700)
    expect(statSync(join(directory, `${id}.jsonl`)).mode & 0o777).toBe(0o600)
  })
})
