import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resolveTarget } from './resend.ts'

const BASE = 'http://localhost:3000'

describe('the target of a recorded path', () => {
  it.each([
    ['/', '/'],
    ['/ask?page=2', '/ask?page=2'],
    ['/a//b', '/a//b'],
    ['/a:1@b', '/a:1@b'],
    ['/%2F%2Fevil', '/%2F%2Fevil'],
    ['/ü?q=«secret:1»', '/%C3%BC?q=%C2%ABsecret:1%C2%BB'],
  ])('is %s below the server', (path, resolved) => {
    expect(resolveTarget(BASE, path)?.href).toBe(`${BASE}${resolved}`)
    expect(resolveTarget(`${BASE}/api`, path)?.href).toBe(`${BASE}/api${resolved}`)
  })

  it.each([
    '@evil.example/x',
    '1:34125/x',
    ':80@evil.example',
    '.evil.example/',
    '//evil.example/x',
    '/\\evil.example/x',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '\t//evil.example',
    ' //evil.example',
    'http://evil.example/x',
    'munity://x/y',
    'evil.example:443',
    '*',
    '?q=1',
    '#/x',
    '',
  ])('is none for %j', (path) => {
    expect(resolveTarget(BASE, path)).toBeUndefined()
  })

  it('does not lead out of the paths of the server', () => {
    expect(resolveTarget(`${BASE}/api`, '/../admin')).toBeUndefined()
    expect(resolveTarget(`${BASE}/api`, '/%2e%2e/admin')).toBeUndefined()
    expect(resolveTarget(`${BASE}/api`, '/x/../y')?.pathname).toBe('/api/y')
  })

  it('never leads to another server, whatever the path', () => {
    const pieces = fc.constantFrom(
      '/',
      '\\',
      '@',
      ':',
      '.',
      '..',
      '#',
      '?',
      '\t',
      '%2f',
      'evil.example',
      '80',
    )
    const path = fc.oneof(
      fc.string(),
      fc.array(pieces).map((parts) => parts.join('')),
    )

    fc.assert(
      fc.property(path, (text) => {
        expect(resolveTarget(BASE, text)?.origin ?? BASE).toBe(BASE)
      }),
    )
  })
})
