import assert from 'node:assert/strict'
import { newId } from '@retake/format'
import { type HttpAnswer, sendBytes, sendRequest } from './http-client.ts'
import {
  type HttpBehaviours,
  REPLAY_ENABLED,
  type ServedAgent,
  sessionIdOf,
} from './http-fixture.ts'
import { createObservedStore } from './observed-store.ts'
import { sessionRecord } from '@retake/format/records'
import { writeSession } from '@retake/store'

const PROMPTS = { prompts: ['p'] }
const ASK = { path: '/ask', body: PROMPTS }
const SECRET = 'the secret of the operators'

const HOSTILE_VALUES = [
  'short',
  '../../../etc/passwd',
  String.raw`..\..\windows\system32`,
  '/etc/passwd',
  'session with spaces',
  'session-id-1234, session-id-5678',
  'session-id-1234;match=fuzzy',
  'session-id-1234;miss=live;miss=live',
  'session-id-1234;until=-1',
  'session-id-1234;until=1e3',
  'session-id-1234;unknown=1',
  'session-id-1234;match',
  'séssion-ïd-1234',
  '<script>alert(1)</script>',
  "session-id'; DROP TABLE sessions; --",
  '__proto__.polluted',
  'session-id-1234\tand-a-tab',
  'x'.repeat(10_000),
]

/** What an HTTP adapter refuses, and what it does as if nothing had been asked. */
export const REFUSAL_BEHAVIOURS: HttpBehaviours = {
  async 'says why there may be no session of a request that was answered'(open) {
    const { url, send } = await open()
    const id = sessionIdOf(await send({ path: '/session' }))

    const { status, body } = await sendRequest(url, {
      path: '/session',
      headers: { 'X-Replay': id },
    })

    assert.equal(status, 404)
    assert.match(body, /nothing was recorded leaves none, unless keepEmpty is set/)
  },

  async 'refuses a malformed replay header, without repeating any of it'(open) {
    const server = await open()

    for (const value of HOSTILE_VALUES) {
      const answer = await server.send({ ...ASK, headers: { 'X-Replay': value } })
      assertProblem(answer, 400, 'REPLAY_HEADER_INVALID')
      assert.doesNotMatch(JSON.stringify(answer), /passwd|windows|script|DROP|polluted|fuzzy|xxxx/)
    }
    await assertUntouched(server)
  },

  async 'refuses two replay headers'(open) {
    const server = await open()

    const answer = await sendBytes(
      server.url,
      rawGet(['X-Replay: session-id-1234', 'X-Replay: session-id-5678']),
    )

    assert.match(answer, /^HTTP\/1\.1 400 [\s\S]*REPLAY_HEADER_INVALID/)
    await assertUntouched(server)
  },

  async 'lets no line break through, into headers or anywhere'(open) {
    const server = await open()

    for (const lineBreak of ['\r', '\n', '\r\n', '\0']) {
      const value = `session-id-1234${lineBreak}X-Injected: yes`
      const answer = await sendBytes(server.url, rawGet([`X-Replay: ${value}`]))
      assert.match(answer, /^HTTP\/1\.1 40[04] /)
      assert.doesNotMatch(answer, /injected/i)
    }
  },

  async 'refuses to replay for callers on other machines'(open) {
    const server = await open()
    const { id } = await server.run(ASK)

    for (const name of ['X-Forwarded-For', 'Forwarded']) {
      const headers = { 'X-Replay': id, [name]: 'for=192.0.2.60' }
      assertProblem(await server.send({ ...ASK, headers }), 403, 'REPLAY_FORBIDDEN')
    }
    assert.deepEqual([server.agent.runs(), server.store.loaded], [1, []])
  },

  async 'asks the app who may replay what, and answers a refusal like an unknown session'(open) {
    const store = createObservedStore()
    const allowing = await open({ store, adapter: { replay: { authorize: () => true } } })
    const refusing = await open({ store, adapter: { replay: { authorize: async () => false } } })
    const recorded = await allowing.run(ASK)
    const unknown = newId()
    const far = { 'X-Forwarded-For': '192.0.2.60' }

    const { answer } = await allowing.replay(recorded, { ...ASK, headers: far })
    const refused = await refusing.send({ ...ASK, headers: { 'X-Replay': recorded.id } })
    const missing = await refusing.send({ ...ASK, headers: { 'X-Replay': unknown } })

    assert.equal(answer.body, recorded.answer.body)
    assertProblem(refused, 404, 'REPLAY_SESSION_NOT_FOUND')
    assert.equal(refused.body.replaceAll(recorded.id, ''), missing.body.replaceAll(unknown, ''))
  },

  async 'refuses a session that is not there'(open) {
    const server = await open()

    const answer = await server.send({ ...ASK, headers: { 'X-Replay': newId() } })

    assertProblem(answer, 404, 'REPLAY_SESSION_NOT_FOUND')
    assert.equal(server.agent.runs(), 0)
  },

  async 'refuses a session that has expired'(open) {
    const server = await open()
    const expired = sessionRecord({ expiresAt: '2020-01-01T00:00:00.000Z' })
    writeSession(server.store, expired)

    const answer = await server.send({ ...ASK, headers: { 'X-Replay': expired.id } })

    assertProblem(answer, 410, 'REPLAY_SESSION_EXPIRED')
  },

  async 'refuses a session that makes no sense'(open) {
    const server = await open()
    const id = newId()
    writeSession(server.store, sessionRecord({ id, replayOf: id }))

    const answer = await server.send({ ...ASK, headers: { 'X-Replay': id } })

    assertProblem(answer, 422, 'REPLAY_INVALID_SESSION')
  },

  async 'refuses a session that was recorded without its answers'(open) {
    const server = await open({ retake: { capture: 'metadata' } })
    const { id } = await server.run(ASK)

    const answer = await server.send({ ...ASK, headers: { 'X-Replay': id } })

    assertProblem(answer, 424, 'REPLAY_NO_SNAPSHOTS')
    assert.equal(server.agent.runs(), 1)
  },

  async 'runs nothing when the session cannot be read'(open) {
    const server = await open()
    const { id } = await server.run(ASK)
    server.store.load = () => Promise.reject(new Error('connection lost'))

    const { status } = await server.send({ ...ASK, headers: { 'X-Replay': id } })

    assert.deepEqual([status, server.agent.runs()], [500, 1])
  },

  async 'ignores the header byte for byte where replay is not enabled'(open) {
    const server = await open({ retake: { environment: {} } })
    const { id } = await server.run(ASK)
    const plain = await server.send({ path: '/echo', body: PROMPTS })
    const before = server.store.loaded.length

    for (const value of [id, newId(), ...HOSTILE_VALUES]) {
      const answer = await server.send({
        path: '/echo',
        body: PROMPTS,
        headers: { 'X-Replay': value },
      })
      assert.deepEqual(withoutIdentity(answer), withoutIdentity(plain))
    }
    assert.equal(server.store.loaded.length, before)
    for (const { replayOf } of await server.store.list()) assert.equal(replayOf, undefined)
  },

  async 'asks for the secret besides in production'(open) {
    const environment = { ...REPLAY_ENABLED, NODE_ENV: 'production', RETAKE_REPLAY_SECRET: SECRET }
    const server = await open({ retake: { environment } })
    const recorded = await server.run(ASK)

    const replayed = await server.replay(recorded, { ...ASK, headers: { 'X-Replay-Key': SECRET } })
    const keyless = await server.replay(recorded, ASK)
    const guessed = await server.replay(recorded, {
      ...ASK,
      headers: { 'X-Replay-Key': 'guessed' },
    })

    assert.equal(replayed.answer.body, recorded.answer.body)
    for (const { answer, data } of [keyless, guessed]) {
      assert.notEqual(answer.body, recorded.answer.body)
      assert.equal(data.session.replayOf, undefined)
    }
    assert.equal(server.agent.runs(), 3)
  },

  async 'has no replay in production without a secret'(open) {
    const server = await open({
      retake: { environment: { ...REPLAY_ENABLED, NODE_ENV: 'production' } },
    })
    const recorded = await server.run(ASK)

    const { data } = await server.replay(recorded, { ...ASK, headers: { 'X-Replay-Key': '' } })

    assert.equal(data.session.replayOf, undefined)
    assert.equal(server.agent.runs(), 2)
  },
}

function assertProblem(
  { status, headers, body }: HttpAnswer,
  expected: number,
  code: string,
): void {
  const problem = JSON.parse(body) as Record<string, unknown>
  assert.deepEqual([status, problem.status, problem.code], [expected, expected, code])
  assert.match(String(headers['content-type']), /^application\/problem\+json/)
  assert.equal(headers['cache-control'], 'no-store')
  assert.equal(headers['x-session-id'], undefined)
}

async function assertUntouched({ agent, store }: ServedAgent): Promise<void> {
  assert.deepEqual([agent.runs(), store.loaded, await store.list()], [0, [], []])
}

function rawGet(headers: readonly string[]): string {
  return ['GET /session HTTP/1.1', 'Host: localhost', 'Connection: close', ...headers, '', ''].join(
    '\r\n',
  )
}

function withoutIdentity({ status, headers, body }: HttpAnswer): unknown {
  return { status, body, headers: { ...headers, 'x-session-id': '', date: '' } }
}
