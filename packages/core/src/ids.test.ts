import { describe, expect, it } from 'vitest'
import { isSessionId, newId } from './ids.ts'

describe('newId', () => {
  it('is a UUIDv7', () => {
    expect(newId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('carries the time, so that ids sort by it', () => {
    const before = Date.now()
    const time = Number.parseInt(newId().replaceAll('-', '').slice(0, 12), 16)

    expect(time).toBeGreaterThanOrEqual(before)
    expect(time).toBeLessThanOrEqual(Date.now())
  })

  it('does not repeat, also past one pool of entropy', () => {
    const ids = new Set(Array.from({ length: 2_000 }, newId))

    expect(ids.size).toBe(2_000)
  })

  it('is a session id', () => {
    expect(isSessionId(newId())).toBe(true)
  })
})

describe('isSessionId', () => {
  it.each([
    '',
    'short',
    '../../etc/passwd',
    'a,b-12345678',
    'id with space',
    '-leading0',
    'x'.repeat(129),
    'abcdefgh\n',
  ])('refuses %j', (text) => expect(isSessionId(text)).toBe(false))
})
