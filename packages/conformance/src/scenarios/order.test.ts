import { setTimeout as wait } from 'node:timers/promises'
import { sleep } from '@retake/core'
import { expect } from 'vitest'
import { everySource, record, replay } from '../lab.ts'
import { createModel } from '../model.ts'
import { readParts } from '../provider.ts'
import { expectSameAgain } from '../rehearse.ts'
import { inEveryStore } from '../stores.ts'
import { verifies } from '../verifies.ts'

const A_MINUTE = 60_000

verifies(
  'order:sleep',
  inEveryStore(async (create) => {
    const retake = create({ drainMs: 1 })
    const model = createModel()
    const race = () =>
      Promise.race([
        sleep(4).then(() => 'timer'),
        model.ask('slow', { latency: 30 }),
        sleep(A_MINUTE).then(() => 'a minute'),
      ])
    const { id, value } = await record(retake, race)

    expect(value).toBe('timer')
    const { ending } = await replay(retake, id, race)
    expect(ending).toEqual({ value: 'timer' })
  }),
)

verifies(
  'order:unrecorded-work',
  inEveryStore(async (create) => {
    const retake = create()
    const model = createModel()
    const delayed = (delays: readonly number[]) =>
      Promise.all(
        delays.map(async (delay, index) => {
          // A database that nobody records.
          await wait(delay)
          return model.ask(`question ${index}`, { latency: 1 })
        }),
      )
    const { id, value } = await record(retake, () => delayed([0, 4, 8]))

    for (const source of await everySource(retake, id)) {
      const { ending, report } = await replay(retake, source, () => delayed([8, 0, 4]))
      expect(ending).toEqual({ value })
      expect(report.status).toBe('ok')
    }
  }),
)

verifies(
  'order:broken-off-early',
  inEveryStore(async (create) => {
    const retake = create()
    const model = createModel()
    const readAndAsk = (count: number) => async () => [
      await readParts(model.read('hello'), count),
      await model.ask('goodbye'),
    ]
    const { id } = await record(retake, readAndAsk(3))

    for (const source of await everySource(retake, id)) {
      const { report } = await replay(retake, source, readAndAsk(1), { stallMs: A_MINUTE })
      expect(report).toMatchObject({ status: 'differs', leftover: [], released: 0 })
    }
  }),
)

verifies(
  'order:parts',
  inEveryStore(async (create) => {
    const model = createModel()
    await expectSameAgain(create(), model, async () => {
      const seen: string[] = []
      const reader = async (name: string, latency: number) => {
        for await (const part of model.read(name, { latency })) seen.push(part)
      }
      await Promise.all([reader('fast', 1), reader('slow', 3), reader('instant', 0)])
      return seen
    })
  }),
)
