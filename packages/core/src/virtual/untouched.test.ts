import { webcrypto } from 'node:crypto'
import * as nodeCrypto from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createRetake } from '../retake.ts'
import { createMemoryStore } from '../stores/memory.ts'

function globals(): readonly unknown[] {
  const { randomUUID, getRandomValues } = webcrypto
  const ofNode = [nodeCrypto.randomUUID, nodeCrypto.randomBytes, nodeCrypto.randomInt]
  return [
    Date,
    Date.now,
    Date.prototype.constructor,
    Math.random,
    randomUUID,
    getRandomValues,
    ofNode,
  ]
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
    const { random } = Math
    const { randomUUID } = crypto

    createRetake({ virtualize: ['date'], store: createMemoryStore() })

    expect(Math.random).toBe(random)
    expect(crypto.randomUUID).toBe(randomUUID)
    expect(Date.toString()).not.toContain('[native code]')
  })
})
