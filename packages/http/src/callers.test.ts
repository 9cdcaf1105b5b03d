import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HeaderValue } from '@retake/core/adapter'
import type { Exchange } from './exchange.ts'
import { signSessionId } from './headers.ts'
import { openExchange } from './open-exchange.ts'
import type { Problem } from './problem.ts'
import { ENABLED, fixture, idOf } from '../test/fixture.ts'
import { ID, request } from '../test/request.ts'

const SECRET = 'the secret of the operators'

function codeOf({ body }: Problem): unknown {
  return (JSON.parse(body) as { code: unknown }).code
}

describe('the id in a request', () => {
  const inherit = { headers: { 'x-session-id': ID } }

  it('is nobody’s to choose by default', async () => {
    const { open } = fixture()

    expect(idOf(await open(inherit))).not.toBe(ID)
  })

  it('is taken from whom a function trusts', async () => {
    const { open } = fixture()

    expect(idOf(await open(inherit, { trustSession: (native) => native === 'native' }))).toBe(ID)
    expect(idOf(await open(inherit, { trustSession: () => false }))).not.toBe(ID)
  })

  it('is taken from whom signs it', async () => {
    const { open } = fixture()
    const signed = (signature: HeaderValue) =>
      open(
        { headers: { 'x-session-id': ID, 'x-session-id-sig': signature } },
        { trustSession: { secret: SECRET } },
      )

    expect(idOf(await signed(signSessionId(ID, SECRET)))).toBe(ID)
    for (const wrong of [
      undefined,
      '',
      signSessionId(ID, 'other'),
      signSessionId(`${ID}5`, SECRET),
    ]) {
      expect(idOf(await signed(wrong))).not.toBe(ID)
    }
  })

  it('is never anything but an id', () => {
    const { retake } = fixture()
    const raw = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.string(), { maxLength: 3 }),
      fc.constant(ID),
    )

    fc.assert(
      fc.property(raw, (value) => {
        const told = request({ headers: { 'x-session-id': value } })
        const opening = openExchange(retake, told, 'native', { trustSession: () => true })

        expect(idOf((opening as { exchange: Exchange }).exchange)).toMatch(
          /^[A-Za-z0-9][A-Za-z0-9_-]{7,127}$/,
        )
      }),
    )
  })
})

describe('the gate', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.array(fc.string(), { maxLength: 3 }),
    fc.string().map((parameters) => `${ID};${parameters}`),
    fc.constant(ID),
  )

  it('lets nothing of the header show while it is closed', async () => {
    const { retake, loaded } = fixture({ environment: {} })

    await fc.assert(
      fc.asyncProperty(hostile, async (value) => {
        const opening = openExchange(retake, request({ headers: { 'x-replay': value } }), 'native')

        expect(opening).toHaveProperty('exchange.isReplay', false)
      }),
    )
    expect(loaded).toEqual([])
  })

  it('gives back nothing of a header that it does not understand', async () => {
    const { retake } = fixture()
    const faults = new Map<string, Problem>()
    const known = [`${ID}, ${ID}`, 'x'.repeat(300), 'malformed!'] as const
    for (const value of known) {
      const { refused } = (await openExchange(
        retake,
        request({ headers: { 'x-replay': value } }),
        '',
      )) as { refused: Problem }
      faults.set(refused.body, refused)
    }
    expect(faults.size).toBe(3)

    await fc.assert(
      fc.asyncProperty(hostile, async (value) => {
        const opening = await openExchange(retake, request({ headers: { 'x-replay': value } }), '')
        if (
          !opening ||
          !('refused' in opening) ||
          codeOf(opening.refused) !== 'REPLAY_HEADER_INVALID'
        )
          return

        // One of three answers that do not depend on what was sent.
        expect(faults.get(opening.refused.body)).toEqual(opening.refused)
      }),
    )
  })

  it('asks for the secret besides in production', async () => {
    const environment = { ...ENABLED, NODE_ENV: 'production', RETAKE_REPLAY_SECRET: SECRET }
    const { open, refused } = fixture({ environment })

    const problem = await refused({ headers: { 'x-replay': ID, 'x-replay-key': SECRET } })
    expect(problem.status).toBe(404)
    for (const key of [undefined, '', 'guessed', [SECRET, SECRET]]) {
      const exchange = await open({ headers: { 'x-replay': ID, 'x-replay-key': key } })
      expect(exchange.isReplay).toBe(false)
    }
  })

  it('has no key in production without a secret', async () => {
    const { open } = fixture({ environment: { ...ENABLED, NODE_ENV: 'production' } })

    const exchange = await open({ headers: { 'x-replay': ID, 'x-replay-key': '' } })

    expect(exchange.isReplay).toBe(false)
  })
})

describe('who may replay', () => {
  const asking = { headers: { 'x-replay': ID } }

  it.each(['local', '::1', '127.0.0.1', '127.8.9.10', '::ffff:127.0.0.1'])(
    'a caller at %s',
    async (peer) => {
      const { refused } = fixture()

      expect(codeOf(await refused({ ...asking, peer }))).toBe('REPLAY_SESSION_NOT_FOUND')
    },
  )

  it.each([
    undefined,
    '',
    '192.0.2.60',
    '10.0.0.1',
    '::',
    '2001:db8::1',
    '127.0.0.1.example',
    '1127.0.0.1',
    '::ffff:192.0.2.60',
  ])('no caller at %j', async (peer) => {
    const { refused, loaded } = fixture()

    const problem = await refused({ ...asking, peer })

    expect([problem.status, codeOf(problem)]).toEqual([403, 'REPLAY_FORBIDDEN'])
    expect(loaded).toEqual([])
  })

  it.each([
    'Forwarded',
    'X-Forwarded-For',
    'X-Forwarded-Host',
    'X-Real-IP',
    'Via',
    'CF-Connecting-IP',
    'X-Forwarded-Proto',
    'X-Forwarded-Anything',
    'X-Original-Forwarded-For',
    'X-Client-IP',
    'X-Cluster-Client-IP',
    'True-Client-IP',
    'Fly-Client-IP',
    'Fastly-Client-IP',
    'X-Envoy-External-Address',
    'X-Vercel-Forwarded-For',
  ])('no caller behind a proxy that says so with %s', async (name) => {
    const { refused } = fixture()

    const problem = await refused({ headers: { ...asking.headers, [name]: '192.0.2.60' } })

    expect(codeOf(problem)).toBe('REPLAY_FORBIDDEN')
  })

  const answer = async (
    headers: Readonly<Record<string, string>>,
    replay?: { readonly origins: readonly string[] },
  ) => codeOf(await fixture().refused({ headers: { ...asking.headers, ...headers } }, { replay }))

  it.each([
    'localhost',
    'localhost:3000',
    'LOCALHOST:3000',
    'app.localhost:3000',
    '127.0.0.1:3000',
    '127.1.2.3',
    '[::1]:3000',
  ])('a caller that asks for %s', async (host) => {
    expect(await answer({ host })).toBe('REPLAY_SESSION_NOT_FOUND')
  })

  it.each([
    'evil.example',
    'evil.example:3000',
    'localhost.evil.example',
    'evil-localhost',
    '127.0.0.1.evil.example',
    '192.0.2.1:3000',
    '[2001:db8::1]',
    'localhost@evil.example',
    'localhost:3000:1',
    '',
  ])('no caller that asks for %j, a name that leads here', async (host) => {
    expect(await answer({ host })).toBe('REPLAY_FORBIDDEN')
  })

  it.each([
    { origin: 'http://localhost:5173', 'sec-fetch-site': 'same-site' },
    { origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
  ] as readonly Readonly<Record<string, string>>[])(
    'a page of this machine: %j',
    async (headers) => {
      expect(await answer({ host: 'localhost:3000', ...headers })).toBe('REPLAY_SESSION_NOT_FOUND')
    },
  )

  it.each([
    { origin: 'https://evil.example' },
    { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    { origin: 'https://localhost.evil.example' },
    { origin: 'null' },
    { origin: 'file://' },
    { 'sec-fetch-site': 'cross-site' },
  ] as readonly Readonly<Record<string, string>>[])(
    'no page of another site: %j',
    async (headers) => {
      expect(await answer({ host: 'localhost:3000', ...headers })).toBe('REPLAY_FORBIDDEN')
    },
  )

  it('whom replay.origins names', async () => {
    const origins = ['https://app.example', 'http://app.test:3000']
    const page = { origin: 'https://app.example', 'sec-fetch-site': 'cross-site' }

    expect(await answer({ host: 'localhost:3000', ...page }, { origins })).toBe(
      'REPLAY_SESSION_NOT_FOUND',
    )
    expect(await answer({ host: 'app.test:3000' }, { origins })).toBe('REPLAY_SESSION_NOT_FOUND')
    expect(await answer({ host: 'app.test:3001' }, { origins })).toBe('REPLAY_FORBIDDEN')
  })

  it('and is told nothing of where sessions are kept', async () => {
    const { body } = await fixture().refused(asking)

    expect(body).toContain(`There is no session ${ID}.`)
    expect(body).not.toMatch(/retake|folder|directory|\//i)
  })
})
