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
  ])('no caller behind a proxy that says so with %s', async (name) => {
    const { refused } = fixture()

    const problem = await refused({ headers: { ...asking.headers, [name]: '192.0.2.60' } })

    expect(codeOf(problem)).toBe('REPLAY_FORBIDDEN')
  })
})
