import fc from 'fast-check'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { call, createRetake, shelve, type Retake, type RetakeOptions } from '@retake/core'
import { type SessionData, newId } from '@retake/format'
import type { Exchange } from './exchange.ts'
import { openExchange, type Opening } from './open-exchange.ts'
import { signSessionId } from './headers.ts'
import type { HttpRequest } from './stored-request.ts'
import type { Problem } from './problem.ts'
import { currentScope, runInScope, stateOf, type HeaderValue } from '@retake/core/host'
import { createMemoryStore, writeSession } from '@retake/store'
import { sessionRecord } from '@retake/format/records'
import type { HttpOptions } from './http-options.ts'

const ENABLED = { RETAKE_REPLAY_ENABLED: '1' }
const SECRET = 'the secret of the operators'
const ID = 'session-of-somebody-1234'

interface Told extends Partial<Omit<HttpRequest, 'header' | 'headers'>> {
  readonly headers?: Readonly<Record<string, HeaderValue>>
}

function request({ headers = {}, ...told }: Told = {}): HttpRequest {
  const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  return {
    method: 'POST',
    url: '/grade',
    peer: '127.0.0.1',
    header: (name) => lower.get(name.toLowerCase()),
    headers: () => [...lower].map(([name, value]) => [name, String(value)] as const),
    ...told,
  }
}

interface Fixture {
  readonly retake: Retake
  /** Sessions that were looked up. */
  readonly loaded: string[]
  readonly open: (told?: Told, options?: HttpOptions<string>) => Promise<Exchange>
  readonly refused: (told?: Told, options?: HttpOptions<string>) => Promise<Problem>
  readonly stored: (exchange: Exchange) => Promise<SessionData>
}

function fixture(options: RetakeOptions = {}): Fixture {
  const store = createMemoryStore()
  const loaded: string[] = []
  const observed: typeof store = { ...store, load: (id) => (loaded.push(id), store.load(id)) }
  const retake = createRetake({
    environment: ENABLED,
    log: false,
    keepEmpty: true,
    ...options,
    store: observed,
  })

  async function attempt(told?: Told, httpOptions?: HttpOptions<string>): Promise<Opening> {
    const opening = await openExchange(retake, request(told), 'native', httpOptions)
    if (opening === undefined) throw new Error('passed by')
    return opening
  }

  return {
    retake,
    loaded,
    async open(told, httpOptions) {
      const opening = await attempt(told, httpOptions)
      if ('refused' in opening) throw new Error(`refused: ${opening.refused.body}`)
      return opening.exchange
    },
    async refused(told, httpOptions) {
      const opening = await attempt(told, httpOptions)
      if ('exchange' in opening) throw new Error('not refused')
      return opening.refused
    },
    stored: (exchange) => storedBy({ ...retake, store }, exchange),
  }
}

async function storedBy({ store }: Retake, exchange: Exchange): Promise<SessionData> {
  exchange.over('finished')
  await exchange.settled()
  const data = await store.load(idOf(exchange))
  if (data === undefined) throw new Error('not stored')
  return data
}

function idOf({ headers }: Exchange): string {
  return headers['X-Session-Id'] ?? ''
}

function codeOf({ body }: Problem): unknown {
  return (JSON.parse(body) as { code: unknown }).code
}

describe('a request', () => {
  it('becomes a session that is named after it', async () => {
    const { open, stored } = fixture()

    const exchange = await open({ method: 'GET', url: '/essays/7?page=2' })

    expect(exchange.isReplay).toBe(false)
    expect(exchange.exposed).toEqual(['X-Session-Id'])
    const { session } = await stored(exchange)
    expect(session).toMatchObject({
      id: idOf(exchange),
      name: 'GET /essays/7',
      request: { method: 'GET', url: '/essays/7?page=2' },
    })
  })

  it('is opened at once when it asks for no replay', () => {
    const { retake } = fixture()

    expect(openExchange(retake, request(), 'native')).not.toBeInstanceOf(Promise)
  })

  it('is described by the app', async () => {
    const { open, stored } = fixture()
    const describe = (native: string) => ({ agent: native, tags: ['a'], goal: 'a grade' })

    const { session } = await stored(await open({}, { describe }))

    expect(session).toMatchObject({
      name: 'POST /grade',
      agent: 'native',
      goal: 'a grade',
      tags: ['a'],
    })
  })

  it('is stored without the credentials in its path, its query and its headers', async () => {
    const { open, stored } = fixture({ redact: { headers: ['x-app'] } })
    const key = 'sk-proj-1234567890abcdefghij'

    const data = await stored(
      await open({
        url: `/files/${key}?api_key=${key}`,
        headers: {
          authorization: `Bearer ${key}`,
          cookie: `key=${key}`,
          'x-app': key,
          accept: '*/*',
        },
      }),
    )

    expect(JSON.stringify(data)).not.toContain(key)
    expect(data.session.request?.headers).toMatchObject({ accept: '*/*' })
  })

  it.each(['metadata', 'off'] as const)('is not stored where capture is %s', async (capture) => {
    const { open, stored } = fixture({ capture })
    const exchange = await open()

    exchange.recordBody({ essay: 'private' })

    expect((await stored(exchange)).session).not.toHaveProperty('request')
  })

  it('goes on when the app fails to describe it', async () => {
    const { open, stored, retake } = fixture()
    const fail = () => {
      throw new Error('a mistake of the app')
    }

    const { session } = await stored(
      await open({ headers: { 'x-session-id': ID } }, { describe: fail, trustSession: fail }),
    )

    expect(session.name).toBe('POST /grade')
    expect(session.id).not.toBe(ID)
    expect(retake.stats().failures).toBe(2)
  })

  it('passes by when it is none of ours, or belongs to a session already', async () => {
    const { open, retake } = fixture()
    const { scope } = await open()

    const skip = (native: string) => native === 'native'

    expect(openExchange(retake, request(), 'native', { skip })).toBeUndefined()
    expect(openExchange(retake, request(), 'other', { skip })).toHaveProperty('exchange')
    expect(runInScope(scope, () => openExchange(retake, request(), 'native'))).toBeUndefined()
    expect(currentScope()).toBeUndefined()
  })
})

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

describe('a session at hand', () => {
  // Of all instances of a process, by the name under which they find it.
  const SHELF = Symbol.for('retake.shelf.v1')

  it('is looked up once for a request that replays it', async () => {
    const { open, loaded, stored } = fixture()
    const data = await stored(await open())
    onTestFinished(shelve({ data, options: { match: 'position' } }))
    const shelf = Reflect.get(globalThis, SHELF) as Map<string, unknown>
    const asked = vi.spyOn(shelf, 'get')
    onTestFinished(() => asked.mockRestore())

    const replayed = await open({ headers: { 'x-replay': data.session.id } })

    expect(stateOf(replayed.scope.session).replay?.options.match).toBe('position')
    expect(asked.mock.calls).toEqual([[data.session.id]])
    expect(loaded).toEqual([])
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

  it('whom the app allows, from anywhere, knowing the session', async () => {
    const { open, stored } = fixture()
    const { session } = await stored(await open({}, { describe: () => ({ tags: ['of ada'] }) }))
    const replay: HttpOptions<string>['replay'] = {
      authorize: async (native, { tags }) => native === 'native' && tags?.[0] === 'of ada',
    }

    const exchange = await open(
      { headers: { 'x-replay': session.id }, peer: '192.0.2.60' },
      { replay },
    )

    expect(exchange.headers['X-Replay-Of']).toBe(session.id)
  })

  it.each([
    ['a session', {}],
    ['a session that has expired', { expiresAt: '2020-01-01T00:00:00.000Z' }],
    ['a session without answers', { capture: 'metadata' as const }],
  ])('is not told that there is %s which it may not replay', async (_name, fields) => {
    const { refused, retake } = fixture()
    const recorded = sessionRecord(fields)
    writeSession(retake.store, recorded)
    const unknown = newId()
    const options = { replay: { authorize: () => false } }

    const one = await refused({ headers: { 'x-replay': recorded.id } }, options)
    const other = await refused({ headers: { 'x-replay': unknown } }, options)

    expect(one.status).toBe(404)
    expect(one.body.replaceAll(recorded.id, unknown)).toBe(other.body)
  })

  it('nobody when the app cannot tell', async () => {
    const { open, refused, stored } = fixture()
    const { session } = await stored(await open())
    const authorize = () => Promise.reject(new Error('the directory is down'))

    await expect(
      refused({ headers: { 'x-replay': session.id } }, { replay: { authorize } }),
    ).rejects.toThrow('the directory is down')
  })
})

describe('a replay', () => {
  async function recorded({ open, stored }: Fixture) {
    const exchange = await open()
    await runInScope(exchange.scope, () =>
      call({ kind: 'llm', name: 'model', request: 1 }, async () => 'one'),
    )
    return (await stored(exchange)).session
  }

  it('names itself and what it replays', async () => {
    const all = fixture()
    const { id } = await recorded(all)

    const exchange = await all.open({ headers: { 'x-replay': id } })

    expect(exchange.isReplay).toBe(true)
    expect(exchange.headers['X-Replay-Of']).toBe(id)
    expect(idOf(exchange)).not.toBe(id)
    expect(exchange.exposed).toEqual(['X-Session-Id', 'X-Replay-Of', 'X-Replay-Status'])
  })

  it('says how it goes: pending while work goes on, then what is left over', async () => {
    const all = fixture()
    const { id } = await recorded(all)
    const exchange = await all.open({ headers: { 'x-replay': id } })
    const before = exchange.status()

    const asked = runInScope(exchange.scope, () =>
      call({ kind: 'llm', name: 'model', request: 1 }, async () => 'two'),
    )
    const during = exchange.status()
    await asked

    expect([before, during, exchange.status()]).toEqual(['leftover=1', 'pending', 'ok'])
  })

  it('is not pending for what an adapter holds open itself', async () => {
    const all = fixture()
    const { id } = await recorded(all)
    const exchange = await all.open({ headers: { 'x-replay': id } })

    const release = exchange.hold()

    expect(exchange.status()).toBe('leftover=1')
    release()
  })

  it('has a problem once it has failed, and keeps it', async () => {
    const all = fixture()
    const { id } = await recorded(all)
    const exchange = await all.open({ headers: { 'x-replay': `${id};match=strict` } })
    expect(exchange.problem()).toBeUndefined()

    const missed = runInScope(exchange.scope, () =>
      call({ kind: 'llm', name: 'model', request: 'another' }, async () => 'two'),
    )

    await expect(missed).rejects.toThrow('no recording')
    expect(exchange.problem()).toMatchObject({ status: 409 })
    expect(exchange.status()).toBe('miss=1, leftover=1')
    expect((await all.stored(exchange)).end).toMatchObject({ endState: 'failure' })
  })

  it('takes its options from the header before those of the app', async () => {
    const all = fixture()
    const { id } = await recorded(all)
    const other = { kind: 'llm', name: 'model', request: 'another' } as const
    const replayed = async (header: string) => {
      const exchange = await all.open({ headers: { 'x-replay': header } })
      return runInScope(exchange.scope, () => call(other, async () => 'live'))
    }

    expect(await replayed(`${id};match=position`)).toBe('one')
    expect(await replayed(`${id};miss=live`)).toBe('live')
    expect(await replayed(`${id};until=0;miss=live`)).toBe('live')
  })
})

describe('an answer', () => {
  it.each<[string, RetakeOptions, number, boolean]>([
    ['of a request that is recorded', {}, 200, true],
    ['of one in which nothing was recorded', { keepEmpty: false }, 200, false],
    ['of one that was not sampled', { sample: () => false }, 200, false],
    ['of one that was not sampled and fails', { sample: () => false }, 500, true],
    ['where no content is kept', { capture: 'metadata' }, 500, false],
  ])('is stored as its session is: %s', async (_what, options, status, isKept) => {
    const exchange = await fixture(options).open()

    expect(exchange.keepsResponse(status)).toBe(isKept)
  })

  it('is stored of a request that was not sampled while work goes on that may fail', async () => {
    const exchange = await fixture({ sample: () => false }).open()
    const release = exchange.hold()

    expect(exchange.keepsResponse(200)).toBe(true)
    release()
    expect(exchange.keepsResponse(200)).toBe(false)
  })
})

describe('the end of an exchange', () => {
  it.each([
    ['finished', {}, 'success'],
    ['finished', { status: 499 }, 'success'],
    ['finished', { status: 500 }, 'failure'],
    ['finished', { status: 404, error: new Error('not there') }, 'success'],
    ['error', { status: 200 }, 'failure'],
    ['client_closed', { status: 200 }, 'indeterminate'],
    ['client_closed', { status: 500 }, 'indeterminate'],
  ] as const)('%s with %j is a %s', async (reason, answer, endState) => {
    const { open, stored } = fixture()
    const exchange = await open()

    exchange.over(reason, answer)

    expect((await stored(exchange)).end).toMatchObject({ endState })
  })

  it('comes once', async () => {
    const { open, stored } = fixture()
    const exchange = await open()

    exchange.over('client_closed')
    exchange.over('error', { error: new Error('too late') })

    const { end } = await stored(exchange)
    expect(end).toMatchObject({ endState: 'indeterminate' })
    expect(end).not.toHaveProperty('endReason')
  })

  it.each([
    [new Error('for sk-proj-1234567890abcdefghij'), 'for «secret:1»'],
    ['a text', 'a text'],
    [Object.create(null), 'an error that cannot be read'],
  ])('says why the app failed, as far as it may: %j', async (error, endReason) => {
    const { open, stored } = fixture()
    const exchange = await open()

    exchange.over('error', { error })

    expect((await stored(exchange)).end?.endReason).toBe(endReason)
  })

  it('waits for what is held open', async () => {
    const { open, retake } = fixture()
    const exchange = await open()
    const release = exchange.hold()

    exchange.over('finished')
    exchange.recordBody({ late: true })
    expect((await retake.store.load(idOf(exchange)))?.end).toBeUndefined()
    release()
    await exchange.settled()

    const data = await retake.store.load(idOf(exchange))
    expect(data?.end).toMatchObject({ endState: 'success' })
    expect(data?.session.request?.body).toEqual({ late: true })
  })
})
