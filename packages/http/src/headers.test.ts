import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exposeHeaders, parseSessionId, sameSecret, signSessionId } from './headers.ts'
import { formatReplayHeader } from '@retake/core/adapter'
import type { ReplayRequest } from '@retake/core/host'

const ID = '01980c5e-7a3b-7def-8123-456789abcdef'

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'.split('')
const ids = fc
  .tuple(
    fc.constantFrom(...letters),
    fc.string({ unit: fc.constantFrom(...letters, '_', '-'), minLength: 7, maxLength: 127 }),
  )
  .map(([first, rest]) => first + rest)
const requests: fc.Arbitrary<ReplayRequest> = fc.record(
  {
    id: ids,
    match: fc.constantFrom('strict', 'lenient', 'position'),
    onMiss: fc.constantFrom('error', 'live', 'live-after'),
    until: fc.nat({ max: 999_999_999 }),
  },
  { requiredKeys: ['id'] },
)
const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: fc.constantFrom(...'aZ09-_;=,. \t\r\n\0"\\/%<é'.split('')), maxLength: 300 }),
  // Nearly right, with one character put in anywhere.
  fc
    .tuple(requests, fc.nat(), fc.string({ unit: 'binary', maxLength: 2 }))
    .map(([request, at, put]) => {
      const header = formatReplayHeader(request)
      const place = at % (header.length + 1)
      return header.slice(0, place) + put + header.slice(place)
    }),
)

describe('parseSessionId', () => {
  it('reads one id, alone or in a list', () => {
    expect(parseSessionId(ID)).toEqual({ ok: true, value: ID })
    expect(parseSessionId([ID])).toEqual({ ok: true, value: ID })
  })

  it.each([undefined, null, '', [], ['']])('finds none in %j', (raw) => {
    expect(parseSessionId(raw)).toEqual({ ok: false, why: 'absent' })
  })

  it.each([`${ID}, ${ID}`, `${ID},`, [ID, ID], ['', ID], `${'x'.repeat(200)},${ID}`])(
    'refuses more than one value: %j',
    (raw) => {
      expect(parseSessionId(raw)).toEqual({ ok: false, why: 'duplicate' })
    },
  )

  it('takes ids of 8 to 128 characters', () => {
    expect(parseSessionId('x'.repeat(7))).toEqual({ ok: false, why: 'malformed' })
    expect(parseSessionId('x'.repeat(8)).ok).toBe(true)
    expect(parseSessionId('x'.repeat(128)).ok).toBe(true)
    expect(parseSessionId('x'.repeat(129))).toEqual({ ok: false, why: 'too long' })
  })

  it('lets nothing through but letters, digits, hyphens and underscores', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const parsed = parseSessionId(text)

        expect(parsed.ok).toBe(/^[A-Za-z0-9][A-Za-z0-9_-]{7,127}$/.test(text))
        if (parsed.ok) expect(parsed.value).toBe(text)
      }),
    )
  })
})

describe('signSessionId', () => {
  it('gives a short token that depends on the id and on the secret', () => {
    const signature = signSessionId(ID, 'secret of the gateway')

    expect(signature).toMatch(/^[\w-]{22}$/)
    expect(signSessionId(ID, 'secret of the gateway')).toBe(signature)
    expect(signSessionId(ID, 'another secret')).not.toBe(signature)
    expect(signSessionId(`${ID}0`, 'secret of the gateway')).not.toBe(signature)
  })
})

describe('sameSecret', () => {
  it('is true for equal text only', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (given, expected) => {
        expect(sameSecret(given, expected)).toBe(given === expected)
        expect(sameSecret(expected, expected)).toBe(true)
      }),
    )
  })

  it.each([undefined, null, ['secret'], []])('is false for %j', (given) => {
    expect(sameSecret(given, 'secret')).toBe(false)
  })
})

describe('exposeHeaders', () => {
  it.each([
    [undefined, 'X-Session-Id'],
    [null, 'X-Session-Id'],
    ['', 'X-Session-Id'],
    ['X-App', 'X-App, X-Session-Id'],
    ['X-App,ETag', 'X-App, ETag, X-Session-Id'],
    // On requests with credentials the star is the name of a header.
    ['*', '*, X-Session-Id'],
    ['x-session-id, X-App', 'x-session-id, X-App'],
  ])('adds to %j what is not there yet', (current, expected) => {
    expect(exposeHeaders(current, ['X-Session-Id'])).toBe(expected)
  })
})
