import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { encode } from './codec.ts'
import { fingerprint } from './fingerprint.ts'
import { sha256 } from '../hash.ts'

describe('fingerprint', () => {
  it('is the first half of the SHA-256 of the canonical form', () => {
    const expected = createHash('sha256').update('{"a":1,"b":2}').digest('hex').slice(0, 32)

    expect(fingerprint({ b: 2, a: 1 })).toBe(expected)
  })

  it('changes with every field of a request', () => {
    const request = {
      model: 'm',
      temperature: 0.2,
      messages: [{ role: 'user', content: 'Hi' }],
      tools: [{ name: 'f' }],
    }
    const variants = [
      request,
      { ...request, model: 'n' },
      { ...request, temperature: 0.3 },
      { ...request, messages: [{ role: 'user', content: 'Hi!' }] },
      { ...request, messages: [{ role: 'system', content: 'Hi' }] },
      { ...request, tools: [{ name: 'f', description: '' }] },
      { ...request, seed: null },
    ]

    expect(new Set(variants.map((variant) => fingerprint(encode(variant)))).size).toBe(
      variants.length,
    )
  })
})

describe('sha256', () => {
  it('hashes text as UTF-8, and bytes as they are', () => {
    expect(sha256('é')).toBe(sha256(Buffer.from('é')))
    expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })
})
