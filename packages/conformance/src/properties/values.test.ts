import { recorded } from '@retake/core'
import fc from 'fast-check'
import { expect } from 'vitest'
import {
  createTestRetake,
  endingOf,
  everySource,
  loadSession,
  recordEnding,
  replay,
} from '../lab.ts'
import { holds } from './property.ts'

// What a tool may give or throw. What JSON has no form for is what matters here.
const ODD = fc.constantFrom<() => unknown>(
  () => undefined,
  () => null,
  () => 2n ** 80n,
  () => new Date(Number.NaN),
  () => new Date(86_400_000.5),
  () => Buffer.from([0, 200, 255]),
  () => 'x'.repeat(200_000),
  () => 'lone \ud800 and NUL \0',
  () => new URL('https://example.com/?q=1'),
  () => /a.b/giu,
  () => Symbol.for('registered'),
  () => circular(),
  () => () => 'a function',
  () => new WeakMap(),
  () => Promise.resolve('nested'),
)

const ANYTHING = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withSparseArray: true,
  withNullPrototype: true,
  withObjectString: true,
  maxDepth: 3,
})

const VALUE = fc.oneof(
  ANYTHING.map((value) => () => value),
  ODD,
  fc.tuple(ODD, ANYTHING).map(([odd, value]) => () => ({ odd: odd(), list: [value, odd()] })),
)

function circular(): unknown {
  const circle: Record<string, unknown> = { name: 'circle' }
  circle.self = [circle]
  return circle
}

holds('property:values', 150, VALUE, fc.boolean(), async (make, throws) => {
  const retake = createTestRetake()
  const tool = recorded('tool', 'tool', async () => {
    if (throws) throw make()
    return { value: make() }
  })
  const body = () => endingOf(tool())
  const { id, ending } = await recordEnding(retake, body)
  const [event] = (await loadSession(retake, id)).events

  for (const source of await everySource(retake, id)) {
    const again = await replay(retake, source, body)
    if (event?.withheld === undefined) expect(again.ending).toStrictEqual(ending)
    else expect(again.ending).toMatchObject({ error: { code: 'REPLAY_NO_SNAPSHOTS' } })
  }
})
