import { describe, expect, it } from 'vitest'
import { effect, now, random, sleep, uuid } from './index.ts'
import { countLiveCall } from '../test/live-calls.ts'
import { ask } from '../test/model.ts'
import { recordAndReplay } from '../test/record.ts'

describe('effects', () => {
  it('give recorded times, numbers and ids', async () => {
    const { live, replayed } = await recordAndReplay(async () => ({
      now: now(),
      random: random(),
      uuid: uuid(),
      charge: await effect('charge', async () => `receipt ${countLiveCall()}`),
    }))

    expect(replayed).toEqual(live)
  })

  it('sleep waits live, and keeps its order without waiting in a replay', async () => {
    const race = () =>
      Promise.race([sleep(5).then(() => 'timer'), ask('slow', 40).then(() => 'answer')])
    const { live, replayed } = await recordAndReplay(race)

    expect(live).toBe('timer')
    expect(replayed).toBe('timer')
  })

  it('sleep stops at an abort', async () => {
    const controller = new AbortController()
    controller.abort(new Error('stop'))

    await expect(sleep(10_000, { signal: controller.signal })).rejects.toThrow('stop')
  })
})
