import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createDirectoryStore } from '@retake/core/stores/directory'
import { expect } from 'vitest'
import { createTestRetake, record, recordEnding, replay } from '../lab.ts'
import { createModel } from '../model.ts'
import { readParts } from '../provider.ts'
import { failureOf } from '../rehearse.ts'
import { inDirectory, inEveryStore } from '../stores.ts'
import { verifies } from '../verifies.ts'

verifies(
  'stores:list',
  inEveryStore(async (create) => {
    const retake = create()
    const { ask } = createModel()
    const { id } = await record(retake, (session) => {
      session.setTags(['first'])
      return ask('hello')
    })
    const failed = await recordEnding(retake, async () => {
      throw new Error('of the app')
    })

    const listed = await retake.store.list()
    expect(listed).toHaveLength(2)
    expect(listed).toContainEqual(
      expect.objectContaining({ id, tags: ['first'], endState: 'success' }) as unknown,
    )
    expect(await retake.store.remove(id)).toBe(true)
    expect(await retake.store.list()).toMatchObject([{ id: failed.id, endState: 'failure' }])
  }),
)

verifies(
  'stores:refusals',
  inEveryStore(async (create) => {
    const { ask } = createModel()
    const body = () => ask('hello')
    const brief = create({ expiresAfterDays: 1e-9 })
    const { id } = await record(brief, body)

    const refusals = {
      'never-recorded': { code: 'REPLAY_SESSION_NOT_FOUND', status: 404 },
      '../../etc/passwd': { code: 'REPLAY_SESSION_NOT_FOUND', status: 404 },
      [id]: { code: 'REPLAY_SESSION_EXPIRED', status: 410 },
    }
    for (const [session, refusal] of Object.entries(refusals)) {
      expect(await failureOf(brief.replay(session, body))).toMatchObject(refusal)
    }
  }),
)

verifies(
  'stores:replay-of-replay',
  inEveryStore(async (create) => {
    const retake = create()
    const model = createModel()
    const { id, value } = await record(retake, () => model.ask('hello'))
    const first = await replay(retake, id, () => model.ask('hello'))
    const second = await replay(retake, first.id, () => model.ask('hello'))

    expect(second).toMatchObject({ ending: { value }, report: { replayOf: id, status: 'ok' } })
    expect(model.calls).toBe(1)
  }),
)

verifies('stores:restart', async () => {
  await inDirectory(async (directory) => {
    const model = createModel()
    const start = () => createTestRetake({ store: createDirectoryStore({ directory }) })
    const body = async () => [await model.ask('hello'), await readParts(model.read('hello'))]
    const { id, value } = await record(start(), body)

    expect((await replay(start(), id, body)).ending).toEqual({ value })
    const file = join(directory, `${id}.jsonl`)
    appendFileSync(file, '{"type":"event","seq":9,"torn')
    expect((await replay(start(), id, body)).ending).toEqual({ value })
    writeFileSync(file, 'not a journal\n{"type":"end"}\n')
    expect(await failureOf(start().replay(id, body))).toMatchObject({
      code: 'REPLAY_INVALID_SESSION',
    })
  })
})
