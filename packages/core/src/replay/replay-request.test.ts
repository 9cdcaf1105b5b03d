import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatReplayHeader, parseReplayHeader, type ReplayRequest } from './replay-request.ts'

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
    tools: fc.constantFrom('serve', 'live', 'compare'),
    ignore: fc.array(
      fc.constantFrom('body.at', 'body.items[*].id', 'body["a.b, \\"c\\""]', 'status', '**.id'),
      { minLength: 1, maxLength: 3 },
    ),
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

describe('parseReplayHeader', () => {
  it('reads what is written', () => {
    fc.assert(
      fc.property(requests, (request) => {
        expect(parseReplayHeader(formatReplayHeader(request))).toEqual({ ok: true, value: request })
      }),
    )
  })

  it('reads parameters in any order, with blanks between them', () => {
    const parsed = parseReplayHeader(`${ID}; until=12;\tmiss=live-after ;match=position`)

    expect(parsed).toEqual({
      ok: true,
      value: { id: ID, match: 'position', onMiss: 'live-after', until: 12 },
    })
  })

  it.each([
    ['body.at', ['body.at']],
    ['body.items[*].id', ['body.items[*].id']],
    ['"body.at"', ['body.at']],
    ['"body.at, body.b body.c"', ['body.at', 'body.b', 'body.c']],
    [String.raw`"body[\"a, b\"]"`, ['body["a, b"]']],
    [`"body['a;b']"`, ["body['a;b']"]],
    ['body.at;ignore=body.b', ['body.at', 'body.b']],
  ])('reads what is not to be compared: %s', (written, ignore) => {
    expect(parseReplayHeader(`${ID};ignore=${written};match=strict`)).toEqual({
      ok: true,
      value: { id: ID, ignore, match: 'strict' },
    })
  })

  it('writes names in ASCII, as a header has to be', () => {
    const header = formatReplayHeader({ id: ID, ignore: ['body.größe["日.本"]'] })

    expect(header).toMatch(/^[ -~]+$/)
    expect(parseReplayHeader(header)).toEqual({
      ok: true,
      value: { id: ID, ignore: [String.raw`body["gr\u00f6\u00dfe"]["\u65e5.\u672c"]`] },
    })
  })

  it.each([
    ['', 'ignore names no path'],
    ['""', 'ignore names no path'],
    ['body.at;ignore=body[', 'path 2 of ignore is none: it cannot be read at character 5'],
    ['secret', 'path 1 of ignore is none: it has to begin with body'],
  ])('says what is wrong with a path, and repeats none: %j', (written, fault) => {
    const parsed = parseReplayHeader(`${ID};ignore=${written}`)

    expect(parsed).toEqual({
      ok: false,
      why: 'malformed',
      detail: expect.stringContaining(fault),
    })
    expect(JSON.stringify(parsed)).not.toContain('secret')
  })

  it('takes longer paths than the rest may be', () => {
    const path = `body.${'a'.repeat(600)}`

    expect(parseReplayHeader(`${ID};ignore=${path}`)).toMatchObject({ ok: true })
    expect(parseReplayHeader(`${ID};ignore=${'a'.repeat(3_000)}`)).toMatchObject({
      why: 'too long',
    })
  })

  it.each([
    `${ID};tools=none`,
    `${ID};tools=live;tools=live`,
    `${ID};ignore="body.at`,
    `${ID};ignore="body\\at"`,
    `${ID};ignore="body.at"x`,
    `${ID};`,
    `${ID};;match=strict`,
    `${ID};match`,
    `${ID};match=`,
    `${ID};match=fuzzy`,
    `${ID};match=strict=lenient`,
    `${ID};match=strict;match=strict`,
    `${ID};Match=strict`,
    `${ID};miss=ignore`,
    `${ID};until=`,
    `${ID};until=-1`,
    `${ID};until=1.5`,
    `${ID};until=0x10`,
    `${ID};until=1e3`,
    `${ID};until=1000000000`,
    `${ID};until=١٢`,
    `${ID};__proto__=strict`,
    `${ID};constructor=strict`,
    ';match=strict',
    `match=strict;${ID}`,
    '../../etc/passwd',
    `${ID}\0`,
    `"${ID}"`,
  ])('refuses %j', (raw) => {
    expect(parseReplayHeader(raw)).toEqual({ ok: false, why: 'malformed' })
  })

  it('refuses more than one value, and values that are too long', () => {
    expect(parseReplayHeader([ID, ID])).toEqual({ ok: false, why: 'duplicate' })
    expect(parseReplayHeader(`${ID}, ${ID}`)).toEqual({ ok: false, why: 'duplicate' })
    expect(parseReplayHeader(`${ID};match=${'x'.repeat(300)}`)).toEqual({
      ok: false,
      why: 'too long',
    })
  })

  it('gives out only what it has checked, and of a fault only its name', () => {
    const faults = ['absent', 'duplicate', 'too long', 'malformed']
    fc.assert(
      fc.property(fc.oneof(texts, fc.array(texts, { maxLength: 3 })), (raw) => {
        const parsed = parseReplayHeader(raw)

        if (!parsed.ok) {
          const { detail, ...rest } = parsed
          expect(Object.keys(rest)).toEqual(['ok', 'why'])
          expect(detail ?? 'path 1').toMatch(/^(?:path \d|ignore names no path)/)
          expect(faults).toContain(parsed.why)
          return
        }
        const { id, match, onMiss, until, tools: _tools, ignore: _ignore, ...more } = parsed.value
        expect(id).toMatch(/^[A-Za-z0-9][A-Za-z0-9_-]{7,127}$/)
        expect([undefined, 'strict', 'lenient', 'position']).toContain(match)
        expect([undefined, 'error', 'live', 'live-after']).toContain(onMiss)
        expect(until === undefined || Number.isSafeInteger(until)).toBe(true)
        expect(more).toEqual({})
      }),
    )
  })
})
