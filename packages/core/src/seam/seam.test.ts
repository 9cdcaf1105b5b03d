import { describe, expect, it } from 'vitest'
import { call, currentSession, recorded } from '../index.ts'
import { liveCalls } from '../../test/live-calls.ts'
import { ask } from '../../test/model.ts'
import { record, recordAndReplay } from '../../test/record.ts'
import { createTestRetake } from '../../test/test-retake.ts'
import { thrown } from '../../test/thrown.ts'

describe('a call outside of a session', () => {
  it('is simply made', async () => {
    const before = liveCalls

    await ask('hello')

    expect(liveCalls).toBe(before + 1)
    expect(currentSession()).toBeUndefined()
  })
})

describe('record and replay', () => {
  it('serves the recorded answer without making the call', async () => {
    const { live, replayed, callsInReplay } = await recordAndReplay(() => ask('hello'))

    expect(replayed).toBe(live)
    expect(callsInReplay).toBe(0)
  })

  it('serves parallel calls whatever order they are made in', async () => {
    const retake = createTestRetake()
    const prompts = ['one', 'two', 'three']
    const { id, result } = await record(retake, () =>
      Promise.all(prompts.map((prompt) => ask(prompt))),
    )

    const replayed = await retake.replay(id, () =>
      Promise.all(prompts.toReversed().map((prompt) => ask(prompt))),
    )

    expect(replayed).toEqual(result.toReversed())
  })

  it('serves equal calls in the order in which they were made', async () => {
    const { live, replayed } = await recordAndReplay(async () => [
      await ask('same'),
      await ask('same'),
      await ask('same'),
    ])

    expect(new Set(live).size).toBe(3)
    expect(replayed).toEqual(live)
  })

  it('serves equal parallel calls by start order, not by completion', async () => {
    const { live, replayed } = await recordAndReplay(() =>
      Promise.all([ask('same', 12), ask('same', 6), ask('same', 1)]),
    )

    expect(replayed).toEqual(live)
  })

  it('serves a retry after its failure', async () => {
    let attempts = 0
    const flaky = () =>
      call({ kind: 'llm', name: 'flaky', request: 'same' }, async () => {
        attempts++
        if (attempts === 1) throw Object.assign(new Error('slow down'), { status: 429 })
        return `answer ${attempts}`
      })
    const { live, replayed } = await recordAndReplay(async () => {
      const first = await flaky().catch(
        (error: { message: string; status: number }) => `${error.message} ${error.status}`,
      )
      return [first, await flaky()]
    })

    expect(live).toEqual(['slow down 429', 'answer 2'])
    expect(replayed).toEqual(live)
    expect(attempts).toBe(2)
  })

  it('brings races out as they were recorded', async () => {
    const { live, replayed } = await recordAndReplay(async () => {
      const winner = await Promise.race([ask('slow', 30), ask('fast', 1), ask('middle', 15)])
      return { winner, next: await ask(`after ${winner}`) }
    })

    expect(live.winner).toContain('fast')
    expect(replayed).toEqual(live)
  })

  it('keeps sync functions synchronous', async () => {
    let runs = 0
    const double = recorded('tool', 'double', (value: number) => {
      runs++
      return value * 2
    })
    const { replayed } = await recordAndReplay(async () => double(21))

    expect(replayed).toBe(42)
    expect(runs).toBe(1)
  })

  it('serves thrown values as they were', async () => {
    const failing = recorded('tool', 'failing', async () => {
      throw Object.assign(new TypeError('bad city'), { code: 'E_CITY' })
    })
    const { live, replayed } = await recordAndReplay(() => thrown(failing()))

    expect(replayed).toBeInstanceOf(TypeError)
    expect(replayed).toEqual(live)
    expect(replayed).toHaveProperty('code', 'E_CITY')
  })

  it('serves values that JSON does not know', async () => {
    const { live, replayed } = await recordAndReplay(() =>
      call({ kind: 'tool', name: 'rich' }, async () => ({
        date: new Date(0),
        bytes: new Uint8Array([1, 2]),
        map: new Map([['a', undefined]]),
        big: 10n,
        not: Number.NaN,
        url: new URL('http://localhost/'),
      })),
    )

    expect(replayed).toEqual(live)
  })

  it('covers the calls beneath a served call', async () => {
    let runs = 0
    const research = recorded('tool', 'research', async (topic: string) => {
      runs++
      return `${await ask(topic)} and ${await ask(`more ${topic}`)}`
    })
    const { live, replayed } = await recordAndReplay(() => research('whales'))

    expect(replayed).toBe(live)
    expect(runs).toBe(1)
  })

  it('does not record a call twice when adapters overlap', async () => {
    const retake = createTestRetake()
    const { id } = await record(retake, () =>
      call({ kind: 'llm', name: 'outer' }, () =>
        call({ kind: 'http', name: 'inner' }, async () => 'answer'),
      ),
    )

    const { events } = (await retake.store.load(id))!
    expect(events.map(({ name }) => name)).toEqual(['outer'])
  })
})
