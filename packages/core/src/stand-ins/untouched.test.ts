import { webcrypto } from 'node:crypto'
import * as nodeCrypto from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createRetake } from '../retake.ts'
import { createMemoryStore } from '@retake/store'

function globals(): readonly unknown[] {
  const members = [
    ...['randomUUID', 'getRandomValues'].map((name) => Reflect.get(webcrypto, name) as unknown),
    ...['randomUUID', 'randomBytes', 'randomInt'].map(
      (name) => Reflect.get(nodeCrypto, name) as unknown,
    ),
  ]
  return [Date, Date.now, Date.prototype.constructor, Math.random, ...members]
}

describe('an instance that does not virtualise', () => {
  it('leaves all globals alone', async () => {
    const before = globals()

    for (const virtualize of [undefined, []]) {
      const retake = createRetake({
        store: createMemoryStore(),
        log: false,
        ...(virtualize && { virtualize }),
      })
      await retake.session(() => [new Date(), Math.random(), crypto.randomUUID()])
    }

    expect(globals()).toEqual(before)
    expect(Date.toString()).toContain('[native code]')
  })

  it('leaves the globals alone that it is not asked for', () => {
    const before = globals()

    createRetake({ virtualize: ['date'], store: createMemoryStore() })

    const after = globals()
    expect(after.slice(3)).toEqual(before.slice(3))
    expect(after.slice(0, 3)).not.toEqual(before.slice(0, 3))
  })
})
