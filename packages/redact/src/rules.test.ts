import { describe, expect, it } from 'vitest'
import { encode } from '@retake/format'
import { createRedactor } from './redact.ts'
import { redact, text } from '../test/redact.ts'
import { SECRETS } from '../test/secrets.ts'

describe('credentials', () => {
  it.each(Object.entries(SECRETS))('are found by their shape: %s', (_name, secret) => {
    const found = text(`before ${secret}, after`)

    expect(found).toContain('«secret:1»')
    expect(found).not.toContain(secret.split(' ')[1] ?? secret)
    expect(found.startsWith('before ')).toBe(true)
    expect(found.endsWith(', after')).toBe(true)
  })

  it.each([
    '{"password":"hunter2","user":"ann"}',
    '{ "api_key" : "hunter2" }',
    String.raw`{"args":"{\"password\": \"hunter2\", \"a\": 1}"}`,
    String.raw`"{\"args\":\"{\\\"password\\\":\\\"hunter2\\\"}\"}"`,
    '{"password":"hunter2',
    "{'client_secret': 'hunter2'}",
    'https://example.com/a?x=1&api_key=hunter2&y=2',
    'https://example.com/#access_token=hunter2',
    'password=hunter2&user=ann',
    'user%5Bpassword%5D=hunter2',
    'user=ann&client_secret=hunter2',
    'postgres://app:hunter2@db.internal:5432/app',
    'https://app:p@ss:hunter2@example.com/',
    'GET /?token=hunter2hunter2hunter2&page=1',
    'https://s3.amazonaws.com/a?X-Amz-Signature=0123456789abcdef-hunter2',
    'export OPENAI_API_KEY=x9-hunter2',
    'apiKey: "x9-hunter2",',
    'Authorization: Token x9-hunter2',
    'Cookie: session=hunter2; theme=dark',
    'Set-Cookie: session=hunter2; HttpOnly',
  ])('are found in text: %s', (value) => {
    const found = text(value)

    expect(found).not.toContain('hunter2')
    expect(found).toContain('«secret:1»')
    expect(text(found)).toBe(found)
  })

  it('keep JSON in a string valid', () => {
    const json = JSON.stringify({
      password: 'a"b\\c',
      nested: JSON.stringify({ secret: 'x"y' }),
      n: 1,
    })

    const found = JSON.parse(text(json)) as { password: string; nested: string; n: number }

    expect(found).toMatchObject({ password: '«secret:1»', n: 1 })
    expect(JSON.parse(found.nested)).toEqual({ secret: '«secret:2»' })
  })

  it('are found by their value, also where it is encoded', () => {
    const secrets = ['p/ss wörd"1', 'other-value']

    const found = redact(
      { a: `x${secrets[0]}y`, b: encodeURIComponent(secrets[0]!), c: JSON.stringify(secrets) },
      { secrets },
    )

    expect(found).toEqual({ a: 'x«secret:1»y', b: '«secret:2»', c: '["«secret:3»","«secret:4»"]' })
  })
})

describe('what is no credential', () => {
  it.each<[string, unknown]>([
    [
      'counts of tokens',
      {
        maxTokens: 100_000,
        totalTokens: 5000,
        input_tokens: 2000,
        token_count: 1500,
        tokens: [1, 2],
      },
    ],
    [
      'tokens of pages',
      {
        nextPageToken: 'CAUQAA0123456789abcdef',
        token: 'word',
        continuationToken: 'abcdefgh12345678',
      },
    ],
    [
      'a schema that has a password',
      {
        properties: { password: { type: 'string', minLength: 8 } },
        required: ['password', 'email'],
      },
    ],
    ['flags', { password: true, secret: null, authorization: false, apiKey: '' }],
    [
      'signatures of thoughts',
      { type: 'thinking', signature: 'ErUBCkYIAxgCIkDx0123456789abcdef==' },
    ],
    [
      'ids',
      {
        id: 'call_abcdefghijklmnop0123456789',
        responseId: 'resp_0a1b2c3d4e5f60718293a4b5c6d7e8f9',
      },
    ],
    ['fetch options', { credentials: 'include', key: 'ArrowUp', code: 'KeyA' }],
    [
      'prose',
      'The password must be long. Basic authentication needs a token: see below. Begin with bearer bonds.',
    ],
    [
      'code',
      'const apiKey = process.env.OPENAI_API_KEY\nnew OpenAI({ apiKey: getKey(), token: options.token })',
    ],
    ['examples', 'export OPENAI_API_KEY=your-key-1\ncurl -H "Authorization: Bearer $TOKEN1234"'],
    ['words with dashes', 'sk-learn and the risk-based-approach-to-everything'],
    ['links', 'https://example.com/a@b?id=123&page=2#part'],
    ['a working directory', { pwd: '/home/ann/projects/2024-retake' }],
    [
      'personal data, when it was not asked for',
      'ann@example.com, +49 170 1234567, 4111 1111 1111 1111',
    ],
  ])('stays: %s', (_name, value) => {
    const encoded = encode(value)

    expect(createRedactor().value(encoded)).toEqual({ value: encoded, changed: false })
    expect(createRedactor().value(encoded).value).toBe(encoded)
    expect(createRedactor().scan(encoded)).toEqual([])
  })
})

describe('redaction', () => {
  it.each([
    'a',
    'a@',
    'eyJ.',
    'sk-',
    '-----BEGIN A-----',
    '"password":"',
    'password=',
    '://',
    '://a:',
    '\\"',
    'Bearer ',
    'cookie:a',
    '?a&',
    '1 ',
    '1',
    'basic aaaaaaaa ',
    '"secret":\\"',
    '«',
    'a.a@a.',
    'xoxb-',
  ])('takes linear time over 100 KB of %j', (unit) => {
    const long = unit.repeat(Math.ceil(100_000 / unit.length))
    const redactor = createRedactor({ pii: ['email', 'phone', 'card'] })
    const start = performance.now()

    redactor.text(long)

    expect(performance.now() - start).toBeLessThan(1500)
  })
})
