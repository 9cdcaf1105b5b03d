import { describe, expect, it } from 'vitest'
import { ask } from '../../test/model.ts'
import { record } from '../../test/record.ts'
import { createTestRetake } from '../../test/test-retake.ts'

describe('sessions', () => {
  it('are not replayed while the gate is closed', async () => {
    const retake = createTestRetake({ environment: {} })
    const { id } = await record(retake, () => ask('hello'))

    await expect(retake.replay(id, () => ask('hello'))).rejects.toMatchObject({
      code: 'REPLAY_DISABLED',
    })
  })

  it('that do not exist, expired, or hold no answers are refused by name', async () => {
    const retake = createTestRetake()
    const expired = createTestRetake({ expiresAfterDays: 1e-9 })
    const bare = createTestRetake({ capture: 'metadata' })
    const gone = await record(expired, () => ask('hello'))
    const empty = await record(bare, () => ask('hello'))
    const body = () => ask('hello')

    await expect(retake.replay('0197aaaa-none', body)).rejects.toMatchObject({
      code: 'REPLAY_SESSION_NOT_FOUND',
    })
    await expect(expired.replay(gone.id, body)).rejects.toMatchObject({
      code: 'REPLAY_SESSION_EXPIRED',
    })
    await expect(bare.replay(empty.id, body)).rejects.toMatchObject({ code: 'REPLAY_NO_SNAPSHOTS' })
  })

  it('of a replay replay what that one replayed', async () => {
    const retake = createTestRetake()
    const { id, result } = await record(retake, () => ask('hello'))
    let replayId = ''
    await retake.replay(id, (session) => {
      replayId = session.id
      return ask('hello')
    })

    await expect(retake.replay(replayId, () => ask('hello'))).resolves.toBe(result)
  })
})
