import { call, effect, recorded, scope, stream } from '@retake/core'
import { expect } from 'vitest'
import { record, replay } from '../lab.ts'
import { createModel } from '../model.ts'
import { toStream } from '../provider.ts'
import { failureOf } from '../rehearse.ts'
import { inEveryStore } from '../stores.ts'
import { verifies } from '../verifies.ts'

verifies(
  'miss:message',
  inEveryStore(async (create) => {
    const retake = create()
    const ask = (request: object) =>
      scope('grading', () => call({ kind: 'llm', name: 'test/model', request }, async () => 'fine'))
    const { id } = await retake.session({ name: 'grade' }, async (session) => {
      await ask({ prompt: 'Read this' })
      await ask({ prompt: 'Grade this essay', temperature: 0.2 })
      return session
    })

    const error = await failureOf(
      retake.replay(id, () => ask({ prompt: 'Grade this essay, briefly', temperature: 0.3 })),
    )

    expect(error).toMatchObject({ name: 'ReplayMissError', code: 'REPLAY_MISS', status: 409 })
    expect(error).toMatchObject({ isRetryable: false, data: { nearest: [{ seq: 2 }, { seq: 1 }] } })
    const { message } = error as Error
    expect(message).toContain(`no recording for llm test/model (call 1) in session ${id}`)
    expect(message).toContain('at       grade > grading#0 > llm')
    expect(message).toContain('nearest  entry 2')
    expect(message).toMatch(/prompt +recorded "Grade this essay" +now "Grade this essay, briefly"/)
    expect(message).toMatch(/temperature +recorded 0.2 +now 0.3/)
    expect(message).toContain('served 0 of 2; unused: 1 llm test/model, 2 llm test/model')
    expect(message).toContain(`X-Replay: ${id};match=lenient`)
  }),
)

verifies(
  'miss:refuses-all',
  inEveryStore(async (create) => {
    const retake = create()
    const model = createModel()
    let charges = 0
    const charge = () => effect('charge', async () => ++charges)
    const { id } = await record(retake, async () => [await model.ask('one'), await charge()])
    const failures: unknown[] = []

    const { ending, report } = await replay(retake, id, async () => {
      failures.push(await failureOf(model.ask('changed')))
      failures.push(await failureOf(model.ask('one')), await failureOf(charge()))
      return 'all fine'
    })

    expect(ending).toEqual({ error: failures[0] })
    expect(new Set(failures).size).toBe(1)
    expect(report).toMatchObject({ served: 0, missed: [{ kind: 'llm' }] })
    expect([model.calls, charges]).toEqual([1, 1])
  }),
)

verifies(
  'miss:shape',
  inEveryStore(async (create) => {
    const retake = create()
    const double = recorded('tool', 'double', (value: number) => value * 2)
    const promise = recorded('tool', 'promise', async (value: number) => value)
    const steps = recorded('tool', 'steps', async function* (value: number) {
      yield value
    })
    const parts = (request: number) =>
      stream({ kind: 'llm', name: 'parts', request }, async () => ({
        stream: toStream(steps(request)),
      }))
    const { id } = await record(retake, async () => {
      double(1)
      await promise(1)
      for await (const _ of steps(1)) break
      await (await parts(1)).stream.cancel()
    })
    const miss = expect.objectContaining({ code: 'REPLAY_MISS' }) as Error
    const replayed = (body: () => Promise<unknown>) => failureOf(retake.replay(id, body))

    expect(await replayed(async () => expect(() => double(2)).toThrow(miss))).toEqual(miss)
    expect(await replayed(() => expect(promise(2)).rejects.toThrow(miss))).toEqual(miss)
    expect(await replayed(() => expect(steps(2).next()).rejects.toThrow(miss))).toEqual(miss)
    expect(await replayed(() => expect(parts(2)).rejects.toThrow(miss))).toEqual(miss)
  }),
)

verifies(
  'miss:live',
  inEveryStore(async (create) => {
    const retake = create()
    const model = createModel()
    const { id, value } = await record(retake, async () => [
      await model.ask('one'),
      await model.ask('two'),
    ])

    const changed = async () => [await model.ask('changed'), await model.ask('two')]
    const { ending, report } = await replay(retake, id, changed, {
      onMiss: 'live',
      onLeftover: 'warn',
    })

    expect(ending).toEqual({ value: [expect.stringContaining('changed'), value[1]] })
    expect(report).toMatchObject({ live: [{ kind: 'llm' }], leftover: [{ seq: 1 }], served: 1 })
    expect(model.calls).toBe(3)
  }),
)

verifies(
  'miss:live-after',
  inEveryStore(async (create) => {
    const retake = create()
    const model = createModel()
    const branches = (changed: string) => async () => [
      await scope('left', async () => [await model.ask(changed), await model.ask('left')]),
      await scope('right', () => model.ask('right')),
    ]
    const { id, value } = await record(retake, branches('as recorded'))

    const options = { onMiss: 'live-after', onLeftover: 'ignore' } as const
    const { ending } = await replay(retake, id, branches('changed'), options)

    expect(ending).toMatchObject({ value: [expect.anything(), value[1]] })
    expect(model.calls).toBe(3 + 2)
  }),
)

verifies(
  'leftover:error',
  inEveryStore(async (create) => {
    const retake = create()
    const { ask, search } = createModel()
    const { id } = await record(retake, async () => [await ask('one'), await search('two')])

    for (const match of ['strict', 'position'] as const) {
      const { ending, report } = await replay(retake, id, () => ask('one'), { match })
      expect(ending).toMatchObject({ error: { code: 'REPLAY_LEFTOVER', status: 409 } })
      expect((ending as { error: Error }).error.message).toContain('2 tool search')
      expect(report).toMatchObject({ status: 'differs, leftover=1', leftover: [{ seq: 2 }] })
    }
  }),
)

verifies(
  'leftover:policies',
  inEveryStore(async (create) => {
    const retake = create()
    const { ask } = createModel()
    const { id, value } = await record(retake, async () => [await ask('one'), await ask('two')])
    const one = () => ask('one')

    const warned = await replay(retake, id, one, { match: 'lenient' })
    const ignored = await replay(retake, id, one, { onLeftover: 'ignore' })

    const ending = { value: value[0] }
    expect(warned).toMatchObject({ ending, report: { status: 'differs, leftover=1' } })
    expect(ignored).toMatchObject({ ending, report: { status: 'differs', leftover: [] } })
  }),
)

verifies(
  'leftover:hides-nothing',
  inEveryStore(async (create) => {
    const retake = create()
    const { ask } = createModel()
    const { id } = await record(retake, () => ask('one'))
    const bug = new Error('of the app')

    const error = await failureOf(
      retake.replay(id, async () => {
        throw bug
      }),
    )
    expect(error).toBe(bug)
  }),
)
