import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { isSessionId, newEventId, newId } from './ids.ts'

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const TIME = 'xxxxxxxx-xxxx'.length

describe('newId', () => {
  it('is a UUIDv7', () => {
    expect(newId()).toMatch(UUID_V7)
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

describe('newEventId', () => {
  const ids = Array.from({ length: 2_000 }, newEventId)

  it('is a UUIDv7', () => {
    for (const id of ids) expect(id).toMatch(UUID_V7)
  })

  it('does not repeat, and sorts in the order of making', () => {
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.toSorted()).toEqual(ids)
  })

  it('is another one in another process', () => {
    const script = `import { newEventId } from '${new URL('ids.ts', import.meta.url).href}'; process.stdout.write(newEventId())`
    const [one, other] = ['first', 'second'].map(() =>
      execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
        encoding: 'utf8',
      }),
    )

    expect(one).toMatch(UUID_V7)
    expect(one?.slice(TIME)).not.toBe(other?.slice(TIME))
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
