import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sha256InScript } from './sha256.ts'

describe('sha256InScript', () => {
  it('gives the digest of the standard for "abc"', () => {
    expect(sha256InScript(new TextEncoder().encode('abc'))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    )
  })

  it('gives what Node gives, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(sha256InScript(bytes)).toBe(createHash('sha256').update(bytes).digest('hex'))
      }),
    )
  })

  it('gives what Node gives at each length around the end of a block', () => {
    for (let length = 0; length <= 130; length++) {
      const bytes = new Uint8Array(length).fill(length)
      expect(sha256InScript(bytes)).toBe(createHash('sha256').update(bytes).digest('hex'))
    }
  })
})
