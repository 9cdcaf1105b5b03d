import fc from 'fast-check'
import { expect, it } from 'vitest'
import { packSlots, readSlots, type EmissionSlot } from './emissions.ts'
import type { Encoded } from './event.ts'

const slot: fc.Arbitrary<EmissionSlot> = fc.oneof(
  fc.constant(0 as const),
  fc.tuple(fc.integer({ min: 1, max: 3 }), fc.jsonValue() as fc.Arbitrary<Encoded>),
)

it('slots are read back as they were', () => {
  fc.assert(
    fc.property(fc.array(slot), (slots) => {
      expect(readSlots(JSON.parse(JSON.stringify(packSlots(slots))))).toEqual(
        JSON.parse(JSON.stringify(slots)),
      )
    }),
  )
})

it('slots of one origin are one run', () => {
  expect(packSlots([0, 0, [4, 'a'], [4, 'b'], 0])).toEqual([
    [0, 2],
    [4, ['a', 'b']],
    [0, 1],
  ])
})

it.each<[string, Encoded]>([
  ['no list', 'x'],
  ['a run of text', ['x']],
  ['a run of no length', [[0, 0]]],
  ['a run that would fill the memory', [[0, 1e15]]],
  ['a fraction', [[0.5, 1]]],
  ['a number where chunks belong', [[3, 4]]],
  ['chunks of no call', [[0, ['a']]]],
  ['a longer run', [[0, 1, 2]]],
])('nothing is read from %s', (_name, value) => {
  expect(readSlots(value)).toBeUndefined()
})
