import { call, effect, recorded, scope } from '@retake/core'
import { inSpan } from '@retake/core/adapter'
import { expect, vi } from 'vitest'
import { createTestRetake, loadSession, record } from '../lab.ts'
import { createModel } from '../model.ts'
import { expectSameAgain } from '../rehearse.ts'
import { inEveryStore } from '../stores.ts'
import { verifies } from '../verifies.ts'

verifies('scope:two-copies', async () => {
  const retake = createTestRetake()
  vi.resetModules()
  const copy = await import('@retake/core')
  const { id, value } = await record(retake, async () => {
    await copy.effect('charge', async () => 'receipt')
    return copy.currentSession()?.id
  })

  expect(copy.effect).not.toBe(effect)
  expect(value).toBe(id)
  expect((await loadSession(retake, id)).events).toMatchObject([{ name: 'charge', state: 'ok' }])
})

verifies(
  'scope:covers',
  inEveryStore(async (create) => {
    const model = createModel()
    let runs = 0
    const research = recorded('tool', 'research', async (topic: string) => {
      runs++
      return [await model.ask(topic), await model.search(topic)]
    })

    await expectSameAgain(create(), model, () => research('whales'))

    expect(runs).toBe(1)
  }),
)

verifies(
  'scope:leaf',
  inEveryStore(async (create) => {
    const retake = create()
    const model = createModel()
    const body = () =>
      call({ kind: 'llm', name: 'gateway', request: 'hello' }, () => model.ask('hello'))
    const { id } = await expectSameAgain(retake, model, body)

    expect((await loadSession(retake, id)).events.map(({ name }) => name)).toEqual(['gateway'])
  }),
)

verifies(
  'scope:spans',
  inEveryStore(async (create) => {
    const retake = create()
    const { ask } = createModel()
    const tool = recorded('tool', 'lookup', () => ask('in a tool'))
    const { id } = await record(retake, () =>
      inSpan({ kind: 'chain', name: 'agent' }, () => scope('item', { key: 7 }, tool)),
    )

    expect((await loadSession(retake, id)).events).toMatchObject([
      { seq: 1, name: 'agent', path: '' },
      { seq: 2, parent: 1, name: 'lookup', path: 'chain:agent#0 > item[7]' },
      { seq: 3, parent: 2, path: 'chain:agent#0 > item[7] > tool:lookup#0' },
    ])
  }),
)
