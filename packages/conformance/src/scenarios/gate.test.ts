import { createRetake } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { expect } from 'vitest'
import { record } from '../lab.ts'
import { createModel } from '../model.ts'
import { failureOf } from '../rehearse.ts'
import { verifies } from '../verifies.ts'

verifies('gate:closed', async () => {
  const { ask } = createModel()
  for (const RETAKE_REPLAY_ENABLED of [undefined, '', '0', 'false', 'off', 'enabled']) {
    const store = createMemoryStore()
    const retake = createRetake({ store, log: false, environment: { RETAKE_REPLAY_ENABLED } })
    const { id } = await record(retake, () => ask('hello'))

    const error = await failureOf(retake.replay(id, () => ask('hello')))

    expect(error).toMatchObject({ code: 'REPLAY_DISABLED', status: 403 })
  }
})

verifies('gate:inherited', async () => {
  const store = createMemoryStore()
  const environment = { RETAKE_SESSION_ID: 'of-the-parent' }
  const { id } = await record(createRetake({ store, log: false, environment }), () => 'done')

  expect(id).toBe('of-the-parent')
})
