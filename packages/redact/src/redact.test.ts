import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, encode, type Encoded, type Outcome } from '@retake/format'
import { createRedactor, type RedactOptions } from './redact.ts'

// Put together here, so that no scanner takes this file for a leak.
const SECRETS = {
  openai: ['sk-proj-Ab1', 'x9'.repeat(12)].join(''),
  anthropic: ['sk-ant-api03-', 'Zz0'.repeat(10)].join(''),
  plain: ['sk-', 'a1B2c3D4'.repeat(4)].join(''),
  aws: ['AKIA', 'ABCDEFGHIJ123456'].join(''),
  github: ['ghp_', 'a1'.repeat(18)].join(''),
  githubNew: ['github_pat_', 'a1_'.repeat(12)].join(''),
  slack: ['xoxb-', '1234567890-abc'].join(''),
  google: ['AIza', 'Sy0_'.repeat(9)].join(''),
  stripe: ['sk_live_', 'a1'.repeat(12)].join(''),
  jwt: ['eyJhbGciOiJI', 'eyJzdWIiOiIx', 'c2lnbmF0dXJl'].join('.'),
  bearer: 'Bearer opaque-token-0123456789',
  basic: `Basic ${btoa('user:correct horse')}`,
  pem: ['-----BEGIN RSA PRIVATE KEY', '\nMIIEow==\nabc/+\n', 'END RSA PRIVATE KEY-----'].join(
    '-----',
  ),
}

function redact(value: unknown, options?: RedactOptions): unknown {
  return decode(createRedactor(options).value(encode(value)).value)
}

function text(value: string, options?: RedactOptions): string {
  return createRedactor(options).text(value)
}

describe('credentials', () => {
  it.each(Object.entries(SECRETS))('are found by their shape: %s', (_name, secret) => {
    const found = text(`before ${secret}, after`)

    expect(found).toContain('«secret:1»')
    expect(found).not.toContain(secret.split(' ')[1] ?? secret)
    expect(found.startsWith('before ')).toBe(true)
    expect(found.endsWith(', after')).toBe(true)
  })

  it.each(
    `apiKey api_key x-api-key OPENAI_API_KEY authorization Proxy-Authorization
    password db_password secret client_secret clientSecret access_token
    refreshToken id_token private_key cookie Set-Cookie openai-organization x-amz-security-token`.split(
      /\s+/,
    ),
  )('are found by the name of their field: %s', (field) => {
    expect(redact({ deep: [{ [field]: 'hunter2' }] })).toEqual({
      deep: [{ [field]: '«secret:1»' }],
    })
    expect(redact({ [field]: ['hunter2', 4_711_000] })).toEqual({
      [field]: ['«secret:1»', '«secret:2»'],
    })
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

  it('are found in every kind of value', () => {
    const key = SECRETS.openai
    const value = {
      map: new Map([['authorization', 'hunter2']]),
      headers: new Headers({ 'x-api-key': 'hunter2', accept: '*/*' }),
      pairs: [['cookie', 'hunter2']],
      named: { name: 'Authorization', value: 'hunter2' },
      url: new URL('https://example.com/?api_key=hunter2&a=1'),
      bytes: Buffer.from('{"password":"hunter2","é":1}'),
      error: Object.assign(new Error(`401 for ${key}`), {
        responseHeaders: { 'set-cookie': 'hunter2' },
      }),
      set: new Set([key]),
      [`key ${key}`]: 1,
      escaped: { $rt: 'x', password: 'hunter2' },
    }

    const found = redact(value) as typeof value

    expect(JSON.stringify(encode(found))).not.toMatch(/hunter2|sk-proj/)
    expect(found.bytes.toString()).toBe('{"password":"«secret:1»","é":1}')
    expect(found.url.searchParams.get('a')).toBe('1')
    expect(found.headers.get('accept')).toBe('*/*')
    expect(found.escaped.$rt).toBe('x')
  })

  it('are found in the names of fields, however often a name has come', () => {
    const redactor = createRedactor()
    const value = { [`key ${SECRETS.openai}`]: 1, 'key «secret:7»': 2, 'plain name': 3 }

    const found = [1, 2].map(() => redactor.value(value).value)

    const expected = { 'key «secret:1»': 1, 'key «secret:2»': 2, 'plain name': 3 }
    expect(found).toEqual([expected, expected])
  })

  it('are found in the names and classes of errors', () => {
    const key = SECRETS.openai
    class Failure extends Error {}
    Object.defineProperty(Failure, 'name', { value: `for ${key}` })
    const errors = [new Failure('a class'), Object.assign(new Error('a name'), { name: key })]

    expect(JSON.stringify(createRedactor().value(encode(errors)))).not.toContain(key)
  })

  it('are found in names and keys, which are redacted one by one', () => {
    const { name } = createRedactor()

    const keyed = `key ${SECRETS.openai} and ${SECRETS.github}`
    expect([1, 2].map(() => name(keyed))).toEqual(Array(2).fill('key «secret:1» and «secret:2»'))
    expect(name('openai/gpt-5')).toBe('openai/gpt-5')
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

describe('placeholders', () => {
  it('are numbered by first appearance; equal values are equal, others differ', () => {
    const { plain, aws } = SECRETS

    expect(redact([`${aws} ${plain}`, plain, { password: aws }])).toEqual([
      '«secret:1» «secret:2»',
      '«secret:2»',
      { password: '«secret:1»' },
    ])
  })

  it('of an earlier redaction stay apart from other secrets', () => {
    const found = text(`${SECRETS.plain} and «secret:1» and «secret:1»`)

    expect(found).toBe('«secret:1» and «secret:2» and «secret:2»')
  })

  it('in a URL object survive a round trip, and are known again', () => {
    const redactor = createRedactor()
    const url = redactor.value(
      encode(new URL('https://a:hunter2@example.com/?secret=hunter2')),
    ).value

    const again = redactor.value(encode(decode(url)))

    expect(again).toEqual({ value: url, changed: false })
    expect(redactor.text(String(decode(url)))).toBe(
      'https://a:«secret:1»@example.com/?secret=«secret:1»',
    )
  })

  it('share their numbers within a session', () => {
    const session = createRedactor().session()

    expect(session.value({ secret: 'a' }).value).toEqual({ secret: '«secret:1»' })
    expect(session.value({ secret: 'b' }).value).toEqual({ secret: '«secret:2»' })
    expect(session.value({ secret: 'a' }).value).toEqual({ secret: '«secret:1»' })
  })

  it('hold nothing of the value', () => {
    expect(text(SECRETS.plain)).toBe('«secret:1»')
  })
})

describe('personal data', () => {
  it.each<[RedactOptions['pii'], string, string]>([
    [
      ['email'],
      'Mail ann.lee+x@mail.example.co.uk, or bob@example.com.',
      'Mail «email:1», or «email:2».',
    ],
    [['phone'], 'Call +49 170 1234567 or (030) 123-4567.', 'Call «phone:1» or «phone:2».'],
    [
      ['phone'],
      'On 2024-05-06T10:00:04.091000+00:00, order 12345678, from 192.168.100.200',
      'On 2024-05-06T10:00:04.091000+00:00, order 12345678, from 192.168.100.200',
    ],
    [
      ['card'],
      'Card 4111 1111 1111 1111, not 4111 1111 1111 1112.',
      'Card «card:1», not 4111 1111 1111 1112.',
    ],
  ])('of kind %s is removed where it is asked for', (pii, value, expected) => {
    expect(text(value, { pii })).toBe(expected)
  })
})

describe('rules of the user', () => {
  it('add fields, in objects and in text', () => {
    const options = { fields: ['pinCode'] }

    expect(redact({ pin_code: 'x', PinCode: 'y', spin: 'z' }, options)).toEqual({
      pin_code: '«secret:1»',
      PinCode: '«secret:2»',
      spin: 'z',
    })
    expect(text('{"pin_code": "x"}', options)).toBe('{"pin_code": "«secret:1»"}')
  })

  it('remove what lies at a path or beneath it', () => {
    const value = {
      messages: [
        { role: 'user', content: 'a' },
        { role: 'user', content: [{ text: 'b' }] },
      ],
      user: { ssn: 123, other: { ssn: '45' } },
    }

    expect(redact(value, { paths: ['messages[*].content', '**.ssn'] })).toEqual({
      messages: [
        { role: 'user', content: '«value:1»' },
        { role: 'user', content: [{ text: '«value:2»' }] },
      ],
      user: { ssn: '«value:3»', other: { ssn: '«value:4»' } },
    })
  })

  it('remove what a pattern finds', () => {
    const patterns = [/case-\d+/i, /(?<=customer )\w+/]

    expect(text('Case-12 of customer Ann, case-12', { patterns })).toBe(
      '«value:1» of customer «value:2», «value:3»',
    )
  })

  it.each([/(a+)+$/, /(\w*\s?)*x/, /((ab)+c)*/, /(?:a{2,}){3}/, /(?<name>a+){2,}/])(
    'refuse the pattern %s',
    (pattern) => {
      expect(() => createRedactor({ patterns: [pattern] })).toThrow(
        expect.objectContaining({ code: 'OPTION_INVALID' }),
      )
    },
  )

  it.each([/a+b+/, /(?:\d{1,3}\.){3}/, /(a+)?/, /[(+*)]+/, /\(+\)+/, /(?:foo|bar)+/])(
    'accept the pattern %s',
    (pattern) => {
      expect(() => createRedactor({ patterns: [pattern] })).not.toThrow()
    },
  )

  it('replace texts by a function, which is told where they are', () => {
    const paths: string[] = []
    const replace = (value: string, path: string) => {
      paths.push(path)
      return value === 'Ann' ? 'someone' : undefined
    }

    expect(redact({ user: { names: ['Ann', 'Bob'] } }, { replace })).toEqual({
      user: { names: ['someone', 'Bob'] },
    })
    expect(paths).toEqual(['user.names[0]', 'user.names[1]'])
  })

  it('withhold a text when the function fails', () => {
    const replace = (value: string) => {
      if (value === 'Ann') throw new Error('no')
      return 5 as unknown as string
    }

    expect(createRedactor({ replace }).value(['Ann', 'Bob']).value).toEqual([
      { $rt: 'withheld', why: 'redact.replace failed' },
      { $rt: 'withheld', why: 'redact.replace gave no text' },
    ])
  })
})

describe('streams', () => {
  const delta = (id: string, text: string) => ({ type: 'text-delta', id, delta: text })

  it('find a secret that is cut in two, also where texts take turns', () => {
    const { plain } = SECRETS
    const parts = [
      { type: 'text-start', id: '1' },
      delta('1', `key ${plain.slice(0, 9)}`),
      delta('2', 'other'),
      delta('1', plain.slice(9)),
      delta('1', ' end'),
    ]

    const { outcome, changed } = redactOutcome({ stream: { parts, end: 'complete' } })

    expect(changed).toBe(true)
    expect(outcome.stream?.parts).toEqual([
      { type: 'text-start', id: '1' },
      delta('1', 'key «secret:1» end'),
      delta('2', 'other'),
      delta('1', ''),
      delta('1', ''),
    ])
    expect(redactOutcome(outcome)).toEqual({ outcome, changed: false })
  })

  it('find a field whose name and value come apart', () => {
    const pieces = ['{"pass', 'word":"hun', 'ter2"}'].map((text) => ({
      ...delta('c', text),
      type: 'tool-input-delta',
    }))

    const { outcome } = redactOutcome({ stream: { parts: pieces, end: 'complete' } })

    expect(outcome.stream?.parts[0]).toMatchObject({ delta: '{"password":"«secret:1»"}' })
  })

  it('keep the pieces of a text without secrets', () => {
    const outcome: Outcome = {
      value: 1,
      stream: { parts: [delta('1', 'a'), delta('1', 'b')], end: 'complete' },
    }

    expect(redactOutcome(outcome).outcome).toBe(outcome)
  })

  function redactOutcome(outcome: Outcome) {
    const { value, changed } = createRedactor().outcome(outcome)
    return { outcome: value, changed }
  }
})

describe('headers and URLs', () => {
  it('keep headers by an allow-list', () => {
    const redactor = createRedactor({ headers: ['X-Tenant', 'authorization'] })

    const kept = redactor.headers({
      'Content-Type': 'application/json',
      'X-Tenant': 'a',
      traceparent: '00-1',
      'x-ratelimit-remaining': 5,
      accept: ['a', 'b'],
      authorization: 'Bearer hunter2',
      cookie: 'a=b',
      'x-unknown': 'hunter2',
      'user-agent': undefined,
    })

    expect(kept).toEqual({
      'content-type': 'application/json',
      'x-tenant': 'a',
      traceparent: '00-1',
      'x-ratelimit-remaining': '5',
      accept: 'a, b',
    })
    expect(redactor.headers(new Headers({ accept: 'x', 'set-cookie': 'a=b' }))).toEqual({
      accept: 'x',
    })
  })

  it('remove credentials from a URL or a path', () => {
    const redactor = createRedactor()

    expect(redactor.url('/a?api_key=hunter2&b=1')).toBe('/a?api_key=«secret:1»&b=1')
    expect(redactor.url('https://u:hunter2@h/a')).toBe('https://u:«secret:1»@h/a')
  })
})

describe('scan', () => {
  it('names the path and the rule, and never the value', () => {
    const redactor = createRedactor({ secrets: ['known-value'], pii: ['email'] })
    const value = {
      messages: [{ content: `use ${SECRETS.aws}` }],
      password: 'hunter2',
      note: 'known-value, a@b.example',
    }

    const found = redactor.scan(encode(value))

    expect(found).toEqual([
      { path: 'messages[0].content', rule: 'aws-key' },
      { path: 'password', rule: 'field' },
      { path: 'note', rule: 'known-secret' },
      { path: 'note', rule: 'email' },
    ])
  })

  it('finds nothing in what was redacted', () => {
    const redactor = createRedactor()

    expect(redactor.scan(redactor.value(encode(Object.values(SECRETS))).value)).toEqual([])
  })
})

describe('redaction', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ...Object.values(SECRETS),
      'ann@example.com',
      '«secret:2»',
      '«secret:x»',
      '%C2%ABemail:7%C2%BB',
    ),
    fc.constantFrom(
      'password=',
      '"api_key":"',
      '\\"secret\\":\\"',
      'https://a:b@',
      'Bearer ',
      'cookie: a=',
      '-----BEGIN A-----',
    ),
    fc.constantFrom('"', '\\', ' ', '&', '?', ':', '»', '«', '=', '1', 'x', '\n'),
    fc.string({ maxLength: 8 }),
  )
  const dirty = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))
  const field = fc.oneof(fc.constantFrom('password', 'token', 'text', '$rt', '__proto__'), dirty)
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      dirty,
      fc.nat(),
      fc.array(tie('any')),
      fc.dictionary(field, tie('any')),
    ),
  })).any

  const options: RedactOptions = {
    pii: ['email', 'phone', 'card'],
    secrets: ['x"1'],
    patterns: [/x+/],
  }

  it('changes nothing when it is done again', () => {
    const redactor = createRedactor(options)

    fc.assert(
      fc.property(value, (raw) => {
        const once = redactor.value(encode(raw)).value
        expect(redactor.value(once)).toEqual({ value: once, changed: false })
        expect(redactor.scan(once)).toEqual([])
      }),
    )
  })

  it('leaves none of the planted secrets, wherever they are', () => {
    const secret = fc.constantFrom(
      ...Object.values(SECRETS).filter((found) => !found.includes(' ')),
    )
    const carrier = fc.constantFrom<(found: string) => unknown>(
      (found) => ({ headers: { authorization: `Bearer ${found}` } }),
      (found) => ({ url: `https://example.com/?q=1&key=${found}` }),
      (found) => ({ body: JSON.stringify({ a: JSON.stringify({ note: found }) }) }),
      (found) => ({ parts: [`data: {"delta":"${found}"}\n\n`] }),
      (found) => new Error(`Incorrect API key provided: ${found}.`),
      (found) => new Map([[found, [Buffer.from(`x ${found}`)]]]),
      (found) => ({ [`of ${found}`]: new URL(`https://example.com/${found}`) }),
    )

    fc.assert(
      fc.property(secret, carrier, (found, carry) => {
        const stored = JSON.stringify(createRedactor().value(encode(carry(found))).value)
        expect(stored).not.toContain(found)
        expect(stored).not.toContain(Buffer.from(`x ${found}`).toString('base64'))
      }),
    )
  })

  it('does not touch what it was given', () => {
    const encoded = encode({ a: { password: 'x' }, b: { c: 1 } }) as { b: Encoded }
    const before = structuredClone(encoded)

    const { value, changed } = createRedactor().value(encoded)

    expect(encoded).toEqual(before)
    expect(changed).toBe(true)
    expect((value as { b: Encoded }).b).toBe(encoded.b)
  })

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
