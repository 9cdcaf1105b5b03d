import { call, effect, now, random, recorded, uuid, type SessionData } from '@retake/core'
import { expect } from 'vitest'
import { everySource, loadSession, record, recordEnding, replay } from '../lab.ts'
import { createModel } from '../model.ts'
import { expectSameAgain, failureOf } from '../rehearse.ts'
import { inEveryStore } from '../stores.ts'
import { verifies } from '../verifies.ts'

verifies(
  'effects:values',
  inEveryStore(async (create) => {
    const { value } = await expectSameAgain(create(), { calls: 0 }, () => [
      now(),
      random(),
      uuid(),
      random(),
    ])

    expect(new Set(value).size).toBe(4)
  }),
)

verifies(
  'effects:once',
  inEveryStore(async (create) => {
    const charges = { calls: 0 }
    await expectSameAgain(create(), charges, () => effect('charge', async () => ++charges.calls))

    expect(charges.calls).toBe(1)
  }),
)

verifies(
  'tools:live',
  inEveryStore(async (create) => {
    const retake = create()
    const model = createModel()
    let runs = 0
    const research = recorded(
      'tool',
      'research',
      async () => `${await model.ask('whales')} ${++runs}`,
    )
    const { id, value } = await record(retake, () => research())

    const { ending, report } = await replay(retake, id, () => research(), {
      tools: { research: 'live' },
    })

    expect(ending).toEqual({ value: value.replace(/1$/, '2') })
    expect(report).toMatchObject({ served: 1, live: [{ name: 'research' }], leftover: [] })
    expect(model.calls).toBe(1)
  }),
)

verifies(
  'tools:compare',
  inEveryStore(async (create) => {
    const retake = create()
    const price = { eur: 1 }
    const lookup = recorded('tool', 'lookup', async (_name: string) => ({ ...price, name: 'tea' }))
    const { id } = await record(retake, () => lookup('tea'))

    const same = await replay(retake, id, () => lookup('tea'), { tools: 'compare' })
    price.eur = 2
    const changed = await replay(retake, id, () => lookup('tea'), { tools: 'compare' })

    expect(same.report.drifted).toEqual([])
    expect(changed.ending).toEqual({ value: { eur: 2, name: 'tea' } })
    const differences = [{ path: 'value.eur', recorded: '1', now: '2' }]
    expect(changed.report.drifted).toMatchObject([
      { tier: 'compared', name: 'lookup', differences },
    ])
  }),
)

const hang = (signal?: AbortSignal) =>
  call(
    { kind: 'llm', name: 'hanging', ...(signal && { signal }) },
    () => new Promise<never>(() => {}),
  )

verifies(
  'pending:in-flight',
  inEveryStore(async (create) => {
    const retake = create({ drainMs: 1 })
    const model = createModel()
    const { id, value } = await record(retake, () => Promise.race([hang(), model.ask('hello')]))

    for (const source of await everySource(retake, id)) {
      const race = await replay(retake, source, () => Promise.race([hang(), model.ask('hello')]))
      expect(race).toMatchObject({ ending: { value }, report: { status: 'ok', pending: 1 } })

      const abort = async () => {
        const controller = new AbortController()
        const hanging = failureOf(hang(controller.signal))
        await model.ask('hello')
        controller.abort('gave up')
        return hanging
      }
      expect((await replay(retake, source, abort)).ending).toEqual({ value: 'gave up' })
    }
  }),
)

verifies(
  'pending:cut-off',
  inEveryStore(async (create) => {
    const retake = create()
    const { ask } = createModel()
    const cutOff = Promise.withResolvers<SessionData>()
    const finish = () =>
      call({ kind: 'llm', name: 'slow' }, () => cutOff.promise.then(() => 'done'))
    const { value } = await record(retake, async ({ id }) => {
      const answer = await ask('hello')
      const finished = finish()
      // It is on record when the turn is over in which it was made.
      await new Promise((resolve) => void setImmediate(resolve))
      cutOff.resolve(await loadSession(retake, id))
      await finished
      return answer
    })
    const source = await cutOff.promise

    expect(await retake.replay(source, () => ask('hello'))).toBe(value)
    const error = await failureOf(retake.replay(source, () => ask('hello').then(finish)))
    expect(error).toMatchObject({ code: 'REPLAY_MISS' })
    expect((error as Error).message).toContain('in flight when the recording stopped')
  }),
)

verifies(
  'aborts:call',
  inEveryStore(async (create) => {
    const retake = create()
    const model = createModel()
    const giveUp = () => {
      const controller = new AbortController()
      const answer = model.ask('hello', { latency: 1_000, signal: controller.signal })
      controller.abort(new Error('too late'))
      return answer
    }
    const { id } = await recordEnding(retake, giveUp)

    for (const source of await everySource(retake, id)) {
      const again = await replay(retake, source, giveUp)
      expect(again.ending).toMatchObject({ error: { message: 'too late' } })
      const patient = await replay(retake, source, () => model.ask('hello'))
      expect(patient.ending).toMatchObject({ error: { message: 'too late' } })
    }
    expect(model.calls).toBe(1)
  }),
)
