import fc from 'fast-check'

// Made up, in the shape of real ones, and put together here, so that no scanner takes this file for a leak.
const KEY = ['sk-proj-', 'AbCdEfGh1234567890AbCdEf'].join('')
const GITHUB = ['ghp_', 'a1B2c3'.repeat(6)].join('')
const PASSWORD = 'hunter2-and-a-bit-more'
/** The value of a variable of the environment whose name tells that it is a credential. */
export const TOKEN = 'value-of-a-variable-1234'

/** Everything that must not be found anywhere. */
export const SECRETS: readonly string[] = [KEY, GITHUB, PASSWORD, TOKEN]

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

/** A value with secrets in it: in texts, under the names of credentials, in pairs, in names. */
export const LEAKY: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    LEAKY_TEXT,
    fc.tuple(FIELD, ANY).map(([field, secret]) => ({ [field]: secret })),
    fc.tuple(FIELD, ANY).map(([field, secret]) => ({ headers: [[field, secret]] })),
    fc.tuple(FIELD, ANY).map(([name, value]) => ({ name, value })),
    ANYWHERE.map((secret) => ({ [`about ${secret}`]: 1 })),
    fc.array(tie('value'), { minLength: 1, maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'text', 'messages', 'content'), tie('value'), {
      minKeys: 1,
      maxKeys: 3,
      noNullPrototype: true,
    }),
  ),
})).value
