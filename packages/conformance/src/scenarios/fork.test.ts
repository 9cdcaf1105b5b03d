import { expect } from 'vitest'
import { everySource, loadSession, record, replay } from '../lab.ts'
import { createModel } from '../model.ts'
import { inEveryStore } from '../stores.ts'
import { verifies } from '../verifies.ts'

verifies(
  'fork:prefix',
  inEveryStore(async (create) => {
    const retake = create()
    const model = createModel()
    const body = async () => [
      await model.ask('one'),
      await model.search('two'),
      await model.ask('three'),
    ]
    const { id, value } = await record(retake, body)
    const parent = JSON.stringify(await loadSession(retake, id))

    for (let until = 0; until <= 3; until++) {
      const before = model.calls
      const { ending } = await replay(retake, id, body, { until })
      const forked = (ending as { value: string[] }).value
      expect(forked.slice(0, until)).toEqual(value.slice(0, until))
      expect(forked.slice(until).filter((answer) => value.includes(answer))).toEqual([])
      expect(model.calls - before).toBe(3 - until)
    }
    expect(JSON.stringify(await loadSession(retake, id))).toBe(parent)
  }),
)

verifies(
  'fork:replay',
  inEveryStore(async (create) => {
    const retake = create()
    const model = createModel()
    const body = async () => [await model.ask('one'), await model.ask('two')]
    const { id } = await record(retake, body)
    const fork = await replay(retake, id, body, { until: 1 })
    const { calls } = model

    expect((await loadSession(retake, fork.id)).session.parent).toEqual({ session: id, forkAt: 1 })
    for (const source of await everySource(retake, fork.id)) {
      const { ending, report } = await replay(retake, source, body)
      expect(ending).toEqual(fork.ending)
      expect(report).toMatchObject({ status: 'ok', exact: 2 })
    }
    expect(model.calls).toBe(calls)
  }),
)
