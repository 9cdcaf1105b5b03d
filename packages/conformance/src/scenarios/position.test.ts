import { call, createRetake, recorded, type ReplayOptions, type SessionData } from '@retake/core'
import { createObservedStore, sendRequest } from '@retake/testing'
import { createMemoryStore } from '@retake/core/stores/memory'
import { expect } from 'vitest'
import { createTestRetake, everySource, loadSession, record, recordEnding, replay } from '../lab.ts'
import { createModel } from '../model.ts'
import { readParts } from '../provider.ts'
import { failureOf } from '../rehearse.ts'
import { FRAMEWORKS, serving } from '../servers.ts'
import { inEveryStore } from '../stores.ts'
import { verifies } from '../verifies.ts'

const POSITION: ReplayOptions = { match: 'position' }

verifies(
  'position:nth',
  inEveryStore(async (create) => {
    const retake = create()
    const { ask } = createModel()
    const { id, value } = await record(retake, async () => [
      await ask('one'),
      await ask('two'),
      await ask('three'),
    ])

    for (const source of await everySource(retake, id)) {
      const others = async () => [await ask('nothing'), await ask('of'), await ask('the kind')]
      const { ending, report } = await replay(retake, source, others, POSITION)
      expect(ending).toEqual({ value })
      expect(report.drifted.map(({ seq, tier }) => [seq, tier])).toEqual([
        [1, 'position'],
        [2, 'position'],
        [3, 'position'],
      ])
    }
  }),
)

verifies('position:counts-apart', async () => {
  const retake = createTestRetake()
  const model = createModel()
  const { id, value } = await record(retake, async () => ({
    asked: await model.ask('one'),
    read: await readParts(model.read('two')),
    searched: await model.search('three'),
  }))

  // Whole answers, streams and tools each have a count of their own, in whatever order they come.
  const { ending } = await replay(
    retake,
    id,
    async () => {
      const searched = await model.search('other')
      const read = await readParts(model.read('other'))
      return { asked: await model.ask('other'), read, searched }
    },
    POSITION,
  )
  expect(ending).toEqual({ value })
})

verifies('position:miss', async () => {
  const retake = createTestRetake()
  const model = createModel()
  const { id } = await record(retake, async () => [
    await model.ask('one'),
    await model.search('two'),
  ])
  const { calls } = model

  const beyond = [
    async () => [await model.ask('one'), await model.ask('one more')],
    () => call({ kind: 'llm', name: 'never/recorded', request: 'one' }, async () => 'live'),
  ]
  for (const body of beyond) {
    const swallowing = () => body().catch(() => 'the app goes on')
    const { ending, report } = await replay(retake, id, swallowing, POSITION)
    expect(ending).toMatchObject({ error: { code: 'REPLAY_MISS', status: 409 } })
    expect((ending as { error: Error }).error.message).toMatch(/served \d of 2; unused: /)
    expect(report.missed).toHaveLength(1)
  }
  expect(model.calls).toBe(calls)
})

verifies('position:leftover', async () => {
  const retake = createTestRetake()
  const { ask } = createModel()
  const { id } = await record(retake, async () => [await ask('one'), await ask('two')])

  const one = await replay(retake, id, () => ask('one'), POSITION)
  expect(one.ending).toMatchObject({ error: { code: 'REPLAY_LEFTOVER', status: 409 } })
  expect(one.report.leftover).toMatchObject([{ seq: 2 }])
  const failing = async () => {
    await ask('one')
    throw new Error('of the app')
  }
  const failed = await replay(retake, id, failing, POSITION)
  expect(failed.ending).toMatchObject({ error: { message: 'of the app' } })
})

verifies('position:errors', async () => {
  const retake = createTestRetake()
  let runs = 0
  const flow = recorded('tool', 'flow', async (_input: string) => {
    if (++runs === 1) throw Object.assign(new Error('quota exceeded'), { code: 'QUOTA' })
    return 'done'
  })
  const body = (input: string) => async () => [await failureOf(flow(input)), await flow(input)]
  const { id } = await record(retake, body('one'))

  const { ending } = await replay(retake, id, body('another'), POSITION)
  expect(ending).toMatchObject({ value: [{ message: 'quota exceeded', code: 'QUOTA' }, 'done'] })
  expect(runs).toBe(2)
})

verifies('position:failure-without-detail', async () => {
  const retake = createTestRetake()
  const { ask } = createModel()
  const { id } = await recordEnding(retake, () => ask('one'))
  const data = await loadSession(retake, id)

  for (const damage of [
    { outcome: {} },
    { outcome: undefined },
    { state: 'ok', outcome: {} },
    { state: 'aborted', outcome: {} },
  ]) {
    const source = withEvent(data, { state: 'error', ...damage })
    for (const match of ['position', 'strict', 'lenient'] as const) {
      const { ending } = await replay(retake, source, () => ask('one'), { match })
      expect(ending).toMatchObject({ error: { code: 'REPLAY_NO_SNAPSHOTS' } })
    }
  }
})

function withEvent(data: SessionData, changes: object): SessionData {
  const events = data.events.map((event) => ({ ...event, ...changes }))
  return JSON.parse(JSON.stringify({ ...data, events })) as SessionData
}

verifies('position:no-snapshots', async () => {
  const retake = createTestRetake({ capture: 'metadata' })
  const { ask } = createModel()
  const { id } = await record(retake, () => ask('one'))

  let ran = false
  const body = () => {
    ran = true
    return ask('one')
  }
  const error = await failureOf(retake.replay(id, body, POSITION))
  expect(error).toMatchObject({ code: 'REPLAY_NO_SNAPSHOTS', status: 424 })
  expect(ran).toBe(false)
})

verifies('position:explicit-session', async () => {
  const retake = createTestRetake()
  const { ask } = createModel()
  const other = await record(retake, () => ask('of another session'))
  const body = async () => [
    await ask('one'),
    await retake.replay(other.id, () => ask('whatever'), POSITION),
    await ask('two'),
  ]
  const { id, value } = await record(retake, body)
  expect(value[1]).toBe(other.value)

  const { ending, report } = await replay(retake, id, body, POSITION)
  expect(ending).toEqual({ value })
  expect(report).toMatchObject({ status: 'ok', served: 2, leftover: [] })
})

verifies('position:joins-outer', async () => {
  const retake = createTestRetake()
  const model = createModel()
  const answer = retake.traced((question: string) => model.ask(question))
  const body = (question: string) => async () => [
    await answer(question),
    await retake.session({ name: 'inner' }, () => model.ask(question)),
  ]
  const { id, value } = await record(retake, body('one'))
  const { calls } = model

  const { ending } = await replay(retake, id, body('two'), POSITION)
  expect(ending).toEqual({ value })
  expect(model.calls).toBe(calls)
})

verifies('position:no-warnings', async () => {
  const log: string[] = []
  const environment = { RETAKE_REPLAY_ENABLED: '1' }
  const store = createMemoryStore()
  const retake = createRetake({ store, environment, log: (text) => void log.push(text) })
  const { ask } = createModel()
  const twice = async () => [await ask('one'), await ask('two')]
  const { id } = await record(retake, twice)

  await replay(retake, id, twice, POSITION)
  expect(log).toEqual([])
})

verifies('position:parallel', async () => {
  const retake = createTestRetake()
  const { ask } = createModel()
  const both = (prompts: readonly string[]) => () =>
    Promise.all(prompts.map((prompt) => ask(prompt)))
  const { id, value } = await record(retake, both(['cat', 'dog']))
  const other = both(['dog', 'cat'])

  for (const match of ['strict', 'lenient'] as const) {
    const { ending } = await replay(retake, id, other, { match })
    expect(ending).toEqual({ value: value.toReversed() })
  }
  // The Nth call gets the Nth answer, whatever it asks; but never in silence.
  const { ending, report } = await replay(retake, id, other, POSITION)
  expect(ending).toEqual({ value })
  expect(report).toMatchObject({ status: 'drift=2', exact: 0 })
})

verifies('position:gate', async () => {
  const { ask } = createModel()
  for (const RETAKE_REPLAY_ENABLED of ['1', 'true', 'yes', 'on']) {
    const retake = createTestRetake({ environment: { RETAKE_REPLAY_ENABLED } })
    const { id, value } = await record(retake, () => ask('one'))
    expect(await retake.replay(id, () => ask('other'), POSITION)).toBe(value)
  }
})

verifies('position:http', async () => {
  for (const framework of Object.values(FRAMEWORKS)) {
    const store = createObservedStore()
    const retake = createTestRetake({ store })
    const model = createModel()
    const app = {
      answer: async (question: string) => {
        const times = question === 'once' ? 1 : 2
        const answers: string[] = []
        for (let time = 0; time < times; time++) answers.push(await model.ask(question))
        return { answers }
      },
      stream: model.read,
    }
    await serving(framework(app, retake), async (url) => {
      const post = (question: string, headers = {}) =>
        sendRequest(url, { path: '/answer', body: { question }, headers })
      const first = await post('twice')
      const id = String(first.headers['x-session-id'])
      await store.ended(id)
      const asking = { 'x-replay': `${id};match=position` }
      const { calls } = model

      const again = await post('other', asking)
      const less = await post('once', asking)
      const statuses = [again, less].map(({ headers }) => headers['x-replay-status'])
      const unknown = await post('other', { 'x-replay': `${'unknown-'.repeat(2)};match=position` })
      const malformed = await post('other', { 'x-replay': '../etc' })

      expect(again).toMatchObject({ status: 200, body: first.body })
      expect(statuses).toEqual(['drift=2', 'differs, leftover=1, drift=1'])
      expect([unknown.status, malformed.status]).toEqual([404, 400])
      expect(model.calls).toBe(calls)
    })
  }
})
