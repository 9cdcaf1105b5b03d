import { describe, expect, it } from 'vitest'
import { createMemoryStore } from '@retake/store'
import { currentSession } from '../index.ts'
import { ask } from '../../test/model.ts'
import { record } from '../../test/record.ts'
import { createTestRetake } from '../../test/test-retake.ts'
import { thrown } from '../../test/thrown.ts'

describe('sessions', () => {
  it('join the one around them', async () => {
    const retake = createTestRetake()
    const inner = retake.traced(async () => currentSession()?.id, { name: 'inner' })

    const ids = await retake.session(async (session) => [session.id, await inner()])

    expect(ids[0]).toBe(ids[1])
  })

  it('fail when their function throws, and let its error through', async () => {
    const retake = createTestRetake()
    let id = ''

    const run = retake.session(async (session) => {
      id = session.id
      throw new Error('app bug')
    })

    await expect(run).rejects.toThrow('app bug')
    expect((await retake.store.load(id))?.end).toMatchObject({
      endState: 'failure',
      endReason: 'app bug',
    })
  })

  it('stay open for what waitUntil was given', async () => {
    const retake = createTestRetake()
    const { promise: background, resolve: finish } = Promise.withResolvers<void>()
    let settled = false
    await retake.session(async (session) => {
      session.waitUntil(background)
      void session.settled.then(() => (settled = true))
    })
    await Promise.resolve()

    expect(settled).toBe(false)
    finish()
    await expect.poll(() => settled).toBe(true)
  })

  it('never break the app when the store fails', async () => {
    const log: string[] = []
    const store = {
      ...createMemoryStore(),
      open: () => {
        throw new Error('disk full')
      },
    }
    const retake = createTestRetake({ store, log: (text) => void log.push(text) })

    await expect(retake.session(() => ask('hello'))).resolves.toContain('hello')
    expect(log).toHaveLength(1)
    expect(retake.stats().failures).toBe(1)
  })

  it('not sampled are written all the same when they fail', async () => {
    const retake = createTestRetake({ sample: 0 })
    const good = await record(retake, () => ask('hello'))
    let bad = ''
    await thrown(
      retake.session(async (session) => {
        bad = session.id
        await ask('hello')
        throw new Error('app bug')
      }),
    )

    expect(await retake.store.load(good.id)).toBeUndefined()
    expect((await retake.store.load(bad))?.events).toHaveLength(1)
  })
})
