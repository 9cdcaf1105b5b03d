import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Encoded, createLabel } from '@retake/format'
import { createCleanCheck } from './clean.ts'
import { createPolicy, createRedactor } from './redact.ts'
import { redactEncoded } from './value.ts'

const SECRET = 'k3y-0f-the-environment'
const TOKEN = `ghp_${'a1'.repeat(15)}`
const NAMES = ['password', 'token', 'authorization', 'value', 'name', 'key', 'text', 'apiKey']
const TEXTS = [
  'plain prose',
  'hunter2hunter2hunter2',
  TOKEN,
  'Bearer abcdef123456',
  `contains ${SECRET}`,
  '{"password":"hunter2hunter2"}',
  '«secret:1»',
  'a@b.example',
]

const key = fc.oneof(fc.constantFrom(...NAMES), fc.string({ maxLength: 3 }))
const text = fc.oneof(fc.constantFrom(...TEXTS, ...NAMES), fc.string({ maxLength: 9 }))
const { value } = fc.letrec<{ value: Encoded }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    text,
    fc.constantFrom(null, true, 7, 123_456),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.tuple(text, tie('value')),
    fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    fc.record({ $rt: fc.constantFrom('date', 'map', 'error', 'url', 'bytes'), v: tie('value') }),
    fc.record({ type: fc.constant('text-delta'), delta: text }),
  ),
}))

describe('createCleanCheck', () => {
  it('passes nothing that redaction would change', () => {
    const policy = createPolicy({ secrets: [SECRET], pii: ['email'] })
    const isClean = createCleanCheck(policy)
    let passed = 0

    fc.assert(
      fc.property(value, (encoded) => {
        if (!isClean(encoded)) return
        passed++
        expect(redactEncoded(encoded, policy, createLabel())).toBe(encoded)
      }),
      { numRuns: 3000 },
    )

    expect(passed).toBeGreaterThan(500)
  })

  it.each([{ paths: ['**.text'] }, { replace: () => undefined }])(
    'passes nothing where every value has to be looked at: %o',
    (options) => {
      expect(createCleanCheck(createPolicy(options))({ text: 'plain' })).toBe(false)
    },
  )
})

describe('streams', () => {
  const piece = fc.oneof(text, fc.constantFrom(TOKEN.slice(0, 9), TOKEN.slice(9)))
  const type = fc.constant('text-delta')
  const deltas = fc.array(
    fc.oneof(
      fc.record({ type, id: fc.constantFrom('1', '2'), delta: piece }),
      fc.record({ type, id: fc.constantFrom('1', '2'), delta: fc.oneof(piece, fc.constant(7)) }),
      fc.record({ type, id: fc.constant('1'), text: piece }),
      fc.record({ type, token: text, delta: text }),
      value,
    ),
    { maxLength: 8 },
  )

  it('come out as any other list of parts', () => {
    const redactor = createRedactor({ secrets: [SECRET] })

    fc.assert(
      fc.property(deltas, (parts) => {
        // Parts that are texts by themselves are joined in streams only.
        fc.pre(!parts.some((part) => typeof part === 'string'))
        const { stream } = redactor.outcome({ stream: { parts, end: 'complete' } }).value
        expect(stream?.parts).toEqual(redactor.value(parts).value)
      }),
      { numRuns: 6000 },
    )
  })

  it('of texts are looked at as one text', () => {
    const [head, tail] = [TOKEN.slice(0, 9), TOKEN.slice(9)]
    const redactor = createRedactor()

    const { value: outcome } = redactor.outcome({
      stream: { parts: [`key ${head}`, tail, ' end'], end: 'complete' },
    })

    expect(outcome.stream?.parts).toEqual(['key «secret:1» end', '', ''])
  })
})
