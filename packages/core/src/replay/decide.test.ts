import { describe, expect, it } from 'vitest'
import { call, recorded } from '../index.ts'
import { countLiveCall, liveCalls } from '../../test/live-calls.ts'
import { ask } from '../../test/model.ts'
import { record, recordAndReplay } from '../../test/record.ts'
import { createTestRetake } from '../../test/test-retake.ts'

describe('a fork', () => {
  it('serves a prefix, goes live from there, and leaves its parent as it was', async () => {
    const retake = createTestRetake()
    const body = async () => [await ask('one'), await ask('two'), await ask('three')]
    const { id, result } = await record(retake, body)
    const parent = JSON.stringify(await retake.store.load(id))
    const before = liveCalls

    const forked = await retake.replay(id, body, { until: 1 })

    expect(forked[0]).toBe(result[0])
    expect(liveCalls).toBe(before + 2)
    expect(JSON.stringify(await retake.store.load(id))).toBe(parent)
  })
})

describe('tools that run in a replay', () => {
  const clock = recorded('tool', 'clock', async (zone: string) => `${zone} tick ${countLiveCall()}`)

  it('with policy live run for real', async () => {
    const retake = createTestRetake()
    const { id } = await record(retake, () => clock('UTC'))
    const before = liveCalls

    await retake.replay(id, () => clock('UTC'), { tools: { clock: 'live' } })

    expect(liveCalls).toBe(before + 1)
  })

  it('with policy live serve the calls that they make', async () => {
    const retake = createTestRetake()
    let runs = 0
    const research = recorded('tool', 'research', async () => {
      runs++
      return ask('whales')
    })
    const { id, result } = await record(retake, () => research())
    const before = liveCalls

    const replayed = await retake.replay(id, () => research(), { tools: 'live' })

    expect(replayed).toBe(result)
    expect(runs).toBe(2)
    expect(liveCalls).toBe(before)
  })

  it('with policy compare say how their outcome differs', async () => {
    const retake = createTestRetake()
    const { id } = await record(retake, () => clock('UTC'))

    const report = await retake.replay(
      id,
      async (session) => {
        await clock('UTC')
        return session.report()
      },
      { tools: 'compare' },
    )

    expect(report?.drifted[0]).toMatchObject({ tier: 'compared', name: 'clock' })
  })
})

describe('a call whose recording is no answer', () => {
  it('runs again, and is served what it asks for', async () => {
    let runs = 0
    const stop = () =>
      call(
        {
          kind: 'tool',
          name: 'approve',
          request: {},
          runsAgain: ({ value }) => value === 'stopped',
        },
        async () => {
          runs++
          await ask('advice')
          return 'stopped'
        },
      )

    const { callsInReplay, replayed } = await recordAndReplay(stop)

    expect(replayed).toBe('stopped')
    expect(runs).toBe(2)
    expect(callsInReplay).toBe(0)
  })
})
