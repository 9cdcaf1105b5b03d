import assert from 'node:assert/strict'
import { signSessionId } from '@retake/http'
import { type HttpBehaviours, sessionIdOf } from './http-fixture.ts'

const SECRET = 'the secret of the two services'
const INHERITED = 'session-of-the-caller'

/** Whose session id an HTTP adapter takes, and who is shown the one it gives. */
export const IDENTITY_BEHAVIOURS: HttpBehaviours = {
  async 'takes no session id from a caller that is not trusted'(open) {
    const { run } = await open({ retake: { keepEmpty: true } })

    const { id } = await run({ path: '/session', headers: { 'X-Session-Id': INHERITED } })

    assert.notEqual(id, INHERITED)
  },

  async 'takes the session id of a caller that a function trusts'(open) {
    const trusting = await open({
      adapter: { trustSession: () => true },
      retake: { keepEmpty: true },
    })
    const wary = await open({
      adapter: { trustSession: () => false },
      retake: { keepEmpty: true },
    })
    const call = { path: '/session', headers: { 'X-Session-Id': INHERITED } }

    assert.equal((await trusting.run(call)).id, INHERITED)
    assert.notEqual((await wary.run(call)).id, INHERITED)
  },

  async 'takes the session id of a caller that signs it'(open) {
    const { send } = await open({ adapter: { trustSession: { secret: SECRET } } })
    const signature = signSessionId(INHERITED, SECRET)
    const idFor = async (headers: Record<string, string>) =>
      sessionIdOf(
        await send({ path: '/session', headers: { 'X-Session-Id': INHERITED, ...headers } }),
      )

    assert.equal(await idFor({ 'X-Session-Id-Sig': signature }), INHERITED)
    assert.notEqual(await idFor({}), INHERITED)
    assert.notEqual(
      await idFor({ 'X-Session-Id-Sig': signSessionId(INHERITED, 'other') }),
      INHERITED,
    )
    assert.notEqual(
      await idFor({ 'X-Session-Id': 'another-one', 'X-Session-Id-Sig': signature }),
      'another-one',
    )
  },

  async 'takes no malformed session id from anybody'(open) {
    const { send } = await open({ adapter: { trustSession: () => true } })
    const bad = [
      'short',
      '../../etc/passwd',
      `${INHERITED}, ${INHERITED}`,
      'x'.repeat(10_000),
      'séssion-ïd-x',
    ]

    for (const id of bad) {
      const answer = await send({ path: '/session', headers: { 'X-Session-Id': id } })
      assert.equal(answer.status, 200)
      assert.notEqual(sessionIdOf(answer), id)
    }
  },

  async 'shows its headers to scripts of other origins where the app lets them in'(open) {
    const cors = (path: string, headers: Record<string, string>) =>
      ({ kind: 'json', method: 'GET', path, headers, handle: () => 1 }) as const
    const origin = { 'Access-Control-Allow-Origin': '*' }
    const exposing = (names: string) => ({ ...origin, 'Access-Control-Expose-Headers': names })
    const routes = [
      cors('/cors', origin),
      cors('/cors-some', exposing('X-App')),
      cors('/cors-all', exposing('*')),
      cors('/cors-ours', exposing('x-session-id')),
    ]
    const { send } = await open({ routes })
    const exposed = async (path: string) =>
      (await send({ path })).headers['access-control-expose-headers']

    assert.equal(await exposed('/cors'), 'X-Session-Id')
    assert.equal(await exposed('/cors-some'), 'X-App, X-Session-Id')
    assert.equal(await exposed('/cors-all'), '*, X-Session-Id')
    assert.equal(await exposed('/cors-ours'), 'x-session-id')
    assert.equal(await exposed('/session'), undefined)
  },

  async 'answers with the id of its own session whatever the app puts there'(open) {
    const headers = { 'X-Session-Id': 'of-a-service-further-down' }
    const { send, store } = await open({
      retake: { keepEmpty: true },
      routes: [{ kind: 'json', method: 'GET', path: '/proxied', headers, handle: () => 1 }],
    })

    const id = sessionIdOf(await send({ path: '/proxied' }))

    assert.equal((await store.ended(id)).session.name, 'GET /proxied')
  },
}
