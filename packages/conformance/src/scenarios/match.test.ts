import { call, recorded, scope } from '@retake/core'
import { expect } from 'vitest'
import { everySource, record, replay } from '../lab.ts'
import { createModel } from '../model.ts'
import { failureOf } from '../rehearse.ts'
import { inEveryStore } from '../stores.ts'
import { verifies } from '../verifies.ts'

verifies(
  'match:strict:neutral-changes',
  inEveryStore(async (create) => {
    const retake = create()
    const ask = (request: object) =>
      call({ kind: 'llm', name: 'any', request }, async () => 'answer')
    const { id } = await record(retake, () =>
      ask({ prompt: 'hello', temperature: 0, tools: [{ name: 'a', input: {} }] }),
    )

    for (const source of await everySource(retake, id)) {
      const { report } = await replay(retake, source, () =>
        ask({
          tools: [{ input: {}, name: 'a' }],
          seed: undefined,
          temperature: -0,
          prompt: 'hello',
        }),
      )
      expect(report).toMatchObject({ status: 'ok', exact: 1 })
    }
  }),
)

verifies(
  'match:relocated',
  inEveryStore(async (create) => {
    const retake = create()
    const { ask } = createModel()
    const { id, value } = await record(retake, () => ask('hello'))

    for (const source of await everySource(retake, id)) {
      const moved = await replay(retake, source, () => scope('moved', () => ask('hello')))
      expect(moved).toMatchObject({ ending: { value }, report: { relocated: 1, status: 'ok' } })
    }
  }),
)

verifies(
  'match:never-repeats',
  inEveryStore(async (create) => {
    const retake = create()
    const model = createModel()
    const { id } = await record(retake, () => model.ask('once'))

    for (const match of ['strict', 'lenient', 'position'] as const) {
      const twice = async () => [await model.ask('once'), await model.ask('once')]
      const error = await failureOf(retake.replay(id, twice, { match }))
      expect(error).toMatchObject({ code: 'REPLAY_MISS' })
      expect((error as Error).message).toContain('already used')
    }
    expect(model.calls).toBe(1)
  }),
)

verifies(
  'match:ordinal',
  inEveryStore(async (create) => {
    const retake = create()
    const { ask } = createModel()
    const askTwice = (first: string) => async () => [await ask(first), await ask('same')]
    const { id, value } = await record(retake, askTwice('same'))

    const options = { onMiss: 'live', onLeftover: 'warn' } as const
    for (const source of await everySource(retake, id)) {
      const { ending, report } = await replay(retake, source, askTwice('edited'), options)
      expect(ending).toEqual({ value: [expect.stringContaining('edited'), value[1]] })
      expect(report).toMatchObject({ exact: 1, leftover: [{ seq: 1 }] })
    }
  }),
)

verifies(
  'match:shape',
  inEveryStore(async (create) => {
    const retake = create()
    const ask = (options: { name?: string; op?: 'generate' | 'stream' }) =>
      call(
        { kind: 'llm', name: 'small', op: 'generate', request: 'hello', ...options },
        async () => 1,
      )
    const { id } = await record(retake, () => ask({}))

    for (const match of ['strict', 'lenient', 'position'] as const) {
      for (const other of [{ op: 'stream' } as const, { name: 'large' }]) {
        const error = await failureOf(retake.replay(id, () => ask(other), { match }))
        expect(error).toMatchObject({ code: 'REPLAY_MISS' })
      }
    }
  }),
)

verifies(
  'match:tool-call-id',
  inEveryStore(async (create) => {
    const retake = create()
    let runs = 0
    const use = (key: string) =>
      recorded('tool', 'search', async (_query: string) => `${key} ${++runs}`, { key })('the same')
    const { id, value } = await record(retake, () => Promise.all(['a', 'b', 'c'].map(use)))

    for (const source of await everySource(retake, id)) {
      const { ending } = await replay(retake, source, () => Promise.all(['c', 'a', 'b'].map(use)))
      expect(ending).toEqual({ value: [value[2], value[0], value[1]] })
    }
  }),
)

const RECORDED = 'Grade this essay for me, please'
const EDITED = 'Grade this essay for me now'

verifies(
  'match:lenient:flags',
  inEveryStore(async (create) => {
    const retake = create()
    const { ask } = createModel()
    const { id, value } = await record(retake, () => ask(RECORDED))

    for (const source of await everySource(retake, id)) {
      const replayed = await replay(retake, source, () => ask(EDITED), { match: 'lenient' })
      const differences = [{ path: 'prompt', recorded: `"${RECORDED}"`, now: `"${EDITED}"` }]
      expect(replayed.ending).toEqual({ value })
      expect(replayed.report).toMatchObject({ status: 'drift=1', exact: 0 })
      expect(replayed.report.drifted).toMatchObject([{ seq: 1, tier: 'drifted', differences }])
    }
  }),
)

verifies(
  'match:lenient:guard',
  inEveryStore(async (create) => {
    const retake = create()
    const { ask } = createModel()
    const { id } = await record(retake, () => ask(RECORDED))

    const error = await failureOf(
      retake.replay(id, () => ask('What is the weather like?'), { match: 'lenient' }),
    )
    expect(error).toMatchObject({ code: 'REPLAY_MISS' })
  }),
)

verifies(
  'match:position',
  inEveryStore(async (create) => {
    const retake = create()
    const { ask } = createModel()
    const { id, value } = await record(retake, async () => [await ask('one'), await ask('two')])

    for (const source of await everySource(retake, id)) {
      const other = async () => [await ask('three'), await ask('two')]
      const { ending, report } = await replay(retake, source, other, { match: 'position' })
      expect(ending).toEqual({ value })
      expect(report.drifted).toMatchObject([{ seq: 1, tier: 'position' }])
    }
  }),
)
