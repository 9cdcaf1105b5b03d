import { describe, expect, it } from 'vitest'
import type { Encoded } from './event.ts'
import { packReadStates, unpackReadStates } from './read-states.ts'

describe('how parts read', () => {
  it.each([[[]], [['']], [['1', '1', '', '03;1.2.0', '03;1.2.0', '1']]])(
    'comes back as it was: %j',
    (states) => {
      expect(unpackReadStates(packReadStates(states))).toEqual(states)
    },
  )

  it('is stored as runs', () => {
    expect(packReadStates(['', '', '1'])).toEqual([
      ['', 2],
      ['1', 1],
    ])
  })

  it.each<[string, Encoded | undefined]>([
    ['nothing', undefined],
    ['no list', 'text'],
    ['no runs', ['1', 2]],
    ['no text', [[1, 2]]],
    ['no count', [['1', 'many']]],
    ['a count of none', [['1', 0]]],
    ['a fraction', [['1', 1.5]]],
    ['more than any stream has', [['1', 2_000_000]]],
    ['more than any stream has, bit by bit', Array.from({ length: 3 }, () => ['1', 500_000])],
  ])('is not read from %s', (_what, value) => {
    expect(unpackReadStates(value)).toBeUndefined()
  })
})
