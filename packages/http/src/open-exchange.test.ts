import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { shelve } from '@retake/core'
import { currentScope, runInScope } from '@retake/core/adapter'
import { stateOf } from '@retake/core/host'
import { newId } from '@retake/format'
import { sessionRecord } from '@retake/format/records'
import { writeSession } from '@retake/store'
import type { HttpOptions } from './http-options.ts'
import { openExchange } from './open-exchange.ts'
import { fixture, idOf } from '../test/fixture.ts'
import { ID, request } from '../test/request.ts'

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

describe('who may replay', () => {
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
