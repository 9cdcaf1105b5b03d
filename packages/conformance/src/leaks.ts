import fc from 'fast-check'

// Made up, in the shape of real ones, and put together here, so that no scanner takes this file for a leak.
const KEY = ['sk-proj-', 'AbCdEfGh1234567890AbCdEf'].join('')
const GITHUB = ['ghp_', 'a1B2c3'.repeat(6)].join('')
const PASSWORD = 'hunter2-and-a-bit-more'
/** The value of a variable of the environment whose name tells that it is a credential. */
export const TOKEN = 'value-of-a-variable-1234'

/** Everything that must not be found anywhere. */
export const SECRETS: readonly string[] = [KEY, GITHUB, PASSWORD, TOKEN]

/** A secret, and what it looks like in a URL and in base64. */
export function formsOf(secret: string): readonly string[] {
  // In base64, the letters of a text depend on where it begins; its ends depend on its neighbours.
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.from(' '.repeat(shift) + secret)
      .toString('base64')
      .slice(4, -4),
  )
  return [secret, encodeURIComponent(secret), ...base64]
}

// Those that are known by their shape or their value, wherever they stand.
const ANYWHERE = fc.constantFrom(KEY, GITHUB, TOKEN)
const ANY = fc.constantFrom(...SECRETS)
const FIELD = fc.constantFrom(
  'password',
  'apiKey',
  'api_key',
  'client_secret',
  'Authorization',
  'x-api-key',
  'refreshToken',
  'DB_PASSWORD',
)

/** A text with a secret in it. */
export const LEAKY_TEXT: fc.Arbitrary<string> = fc.oneof(
  fc
    .tuple(fc.string(), ANYWHERE, fc.string())
    .map(([before, secret, after]) => `${before} ${secret} ${after}`),
  ANY.map((secret) => `https://user:${secret}@example.com/path`),
  ANY.map((secret) => `https://example.com/?page=2&api_key=${secret}&x=1`),
  ANY.map((secret) => `user=ann&password=${secret}`),
  ANYWHERE.map((secret) => `Authorization: Bearer ${secret}`),
  fc.tuple(FIELD, ANY).map(([field, secret]) => JSON.stringify({ deep: [{ [field]: secret }] })),
  fc
    .tuple(FIELD, ANY)
    .map(([field, secret]) => JSON.stringify({ args: JSON.stringify({ [field]: secret }) })),
  ANYWHERE.map((secret) => `data: {"delta":${JSON.stringify(`token ${secret}`)}}\n\n`),
)

// In texts, under the names of credentials, in pairs, in names.
const IN_JSON: readonly fc.Arbitrary<unknown>[] = [
  LEAKY_TEXT,
  fc.tuple(FIELD, ANY).map(([field, secret]) => ({ [field]: secret })),
  fc.tuple(FIELD, ANY).map(([field, secret]) => ({ headers: [[field, secret]] })),
  fc.tuple(FIELD, ANY).map(([name, value]) => ({ name, value })),
  ANYWHERE.map((secret) => ({ [`about ${secret}`]: 1 })),
]

const IN_OBJECTS: readonly fc.Arbitrary<unknown>[] = [
  fc.tuple(FIELD, ANY).map(([field, secret]) => new Map([[field, secret]])),
  ANYWHERE.map((secret) => new Set([`about ${secret}`])),
  ANY.map((secret) => new URL(`https://user:${secret}@example.com/?api_key=${secret}`)),
  ANY.map((secret) => Buffer.from(`{"password":"${secret}"}`)),
  LEAKY_TEXT.map((text) => Object.assign(new TypeError(text), { name: text, code: text })),
]

/** JSON with secrets in it. */
export const LEAKY_JSON: fc.Arbitrary<unknown> = nested(IN_JSON)

/** Any value with secrets in it. */
export const LEAKY: fc.Arbitrary<unknown> = nested([...IN_JSON, ...IN_OBJECTS])

function nested(leaves: readonly fc.Arbitrary<unknown>[]): fc.Arbitrary<unknown> {
  return fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      ...leaves,
      fc.array(tie('value'), { minLength: 1, maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'text', 'messages', 'content'), tie('value'), {
        minKeys: 1,
        maxKeys: 3,
        noNullPrototype: true,
      }),
    ),
  })).value
}
