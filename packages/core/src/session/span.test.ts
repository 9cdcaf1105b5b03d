import { describe, expect, it } from 'vitest'
import { currentScope, inSpan, openSpan } from '../adapter.ts'
import { ask } from '../../test/model.ts'
import { record } from '../../test/record.ts'
import { createTestRetake } from '../../test/test-retake.ts'

describe('sessions', () => {
  it('nest events under spans', async () => {
    const retake = createTestRetake()
    const { id } = await record(retake, () =>
      inSpan({ kind: 'chain', name: 'agent' }, () => ask('hello')),
    )

    const { events } = (await retake.store.load(id))!
    expect(events).toMatchObject([
      { kind: 'chain', name: 'agent', seq: 1, state: 'ok' },
      { kind: 'llm', parent: 1, path: 'chain:agent#0' },
    ])
  })
})

describe('a loose span', () => {
  it('does not hold its session open, and is aborted with its end', async () => {
    const retake = createTestRetake()

    const { id } = await record(retake, async () => {
      const current = currentScope()
      if (current) openSpan(current, { kind: 'chain', name: 'left', isLoose: true })
      return ask('hello')
    })

    const data = await retake.store.load(id)
    expect(data?.events.map(({ name, state }) => [name, state])).toStrictEqual([
      ['left', 'aborted'],
      ['test/model', 'ok'],
    ])
  })
})
