import assert from 'node:assert/strict'
import { Agent } from 'node:http'
import { currentSession } from '@retake/core'
import type { JsonRoute, RouteRequest } from './http-app.ts'
import { openResponse, sendRequest } from './http-client.ts'
import { type HttpBehaviours, sessionIdOf } from './http-fixture.ts'

const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

/** What every HTTP adapter does with requests that ask for no replay. */
export const CAPTURE_BEHAVIOURS: HttpBehaviours = {
  async 'gives every response the id of a session of its own'(open) {
    const { url, send, agent } = await open()
    agent.release()
    const paths = [
      '/session',
      '/moved',
      '/throw',
      '/down',
      '/endless',
      '/endless-lazy',
      '/not-there',
    ]

    const answers = await Promise.all(paths.map((path) => send({ path })))

    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 302, 500, 503, 200, 200, 404],
    )
    assert.equal(new Set(answers.map(sessionIdOf)).size, paths.length)
    assert.ok(url.startsWith('http://127.0.0.1:'))
  },

  async 'names a session after its method and path'(open) {
    const { run } = await open({
      adapter: { describe: () => ({ agent: 'grader', tags: ['a'] }) },
      retake: { keepEmpty: true },
    })

    const { data } = await run({ path: '/session?essay=7' })

    const { name, agent, tags } = data.session
    assert.deepEqual({ name, agent, tags }, { name: 'GET /session', agent: 'grader', tags: ['a'] })
  },

  async 'records the request, with its body and without its credentials'(open) {
    const { run } = await open({ retake: { keepEmpty: true } })
    const headers = {
      traceparent: TRACE,
      authorization: 'Bearer hunter2hunter2',
      cookie: 'a=hunter2',
    }

    const { data, answer } = await run({ path: '/echo?page=2', body: { essay: ['ü', 1] }, headers })

    assert.equal(answer.body, '{"essay":["ü",1]}')
    const { method, url, body, headers: stored } = data.session.request ?? {}
    assert.deepEqual(
      { method, url, body },
      { method: 'POST', url: '/echo?page=2', body: { essay: ['ü', 1] } },
    )
    assert.equal(stored?.traceparent, TRACE)
    assert.doesNotMatch(JSON.stringify(data), /hunter2/)
  },

  async 'runs the handler in the session that the response names'(open) {
    const { run } = await open({ retake: { keepEmpty: true } })

    const { id, answer } = await run({ path: '/session' })

    assert.equal(answer.body, JSON.stringify({ id }))
  },

  async 'records the calls of handlers, of streams and of bodies that are pulled lazily'(open) {
    const { run } = await open()
    const body = { prompts: ['p', 'q'] }

    const runs = [
      await run({ path: '/ask', body }),
      await run({ path: '/chat', body }),
      await run({ path: '/lazy', body }),
    ]

    const counted = runs.map(({ data }) => [data.events.length, data.end?.endState])
    assert.deepEqual(counted, [
      [2, 'success'],
      [4, 'success'],
      [4, 'success'],
    ])
  },

  async 'records what was answered: JSON, streams, bodies that are pulled lazily, and failures'(
    open,
  ) {
    const { run } = await open()
    const body = { prompts: ['p'] }

    const runs = [
      await run({ path: '/ask', body }),
      await run({ path: '/chat', body }),
      await run({ path: '/lazy', body }),
      await run({ path: '/throw' }),
    ]

    const sent = runs.map(({ data: { session } }) => session.response)
    assert.deepEqual(
      sent.map((response) => response?.status),
      [200, 200, 200, 500],
    )
    assert.deepEqual(sent[0]?.body, JSON.parse(runs[0]?.answer.body ?? ''))
    assert.match(sent[0]?.headers['content-type'] ?? '', /^application\/json/)
    assert.equal(sent[1]?.body, runs[1]?.answer.body)
    assert.match(sent[1]?.headers['content-type'] ?? '', /^text\/event-stream/)
    assert.equal(sent[2]?.body, runs[2]?.answer.body)
  },

  async 'records no secrets of what was answered, nothing of the body that is too large'(open) {
    const secret = `sk-proj-${'a1B2'.repeat(12)}`
    const answers = { secret: { api_key: secret }, large: 'x'.repeat(1_048_577) }
    const routes = Object.entries(answers).map(([name, answer]): JsonRoute => {
      return { kind: 'json', method: 'GET', path: `/${name}`, handle: () => answer }
    })
    const { run } = await open({ routes, retake: { keepEmpty: true } })

    const held = (await run({ path: '/secret' })).data.session.response
    const large = (await run({ path: '/large' })).data.session.response

    assert.equal(held?.status, 200)
    assert.doesNotMatch(JSON.stringify(held), /sk-proj/)
    assert.equal(large?.body, undefined)
    assert.match(large?.bodyWithheld ?? '', /larger than/)
  },

  async 'makes a session whose handler threw, or whose answer says so, a failure'(open) {
    const { run } = await open()

    const ended = [await run({ path: '/throw' }), await run({ path: '/down' })]

    assert.deepEqual(
      ended.map(({ data }) => data.end?.endState),
      ['failure', 'failure'],
    )
  },

  async 'takes a path that is not there for no failure'(open) {
    const { run } = await open({ retake: { keepEmpty: true } })

    const { data } = await run({ path: '/not-there' })

    assert.equal(data.end?.endState, 'success')
  },

  async 'ends the session when the client goes away amid a stream'(open) {
    const { url, agent, store } = await open()

    for (const path of ['/endless', '/endless-lazy']) {
      const answer = await openResponse(url, { path })
      assert.match(await answer.next(), /^data: begin/)
      answer.leave()

      const data = await store.ended(sessionIdOf(answer.response))
      assert.equal(data.end?.endState, 'indeterminate')
      assert.equal(data.session.response?.bodyWithheld, 'it was not sent whole')
      assert.deepEqual(
        data.events.map(({ state }) => state),
        ['ok'],
      )
    }
    assert.equal(agent.runs(), 2)
  },

  async 'waits for work that goes on after the response'(open) {
    const { send, agent, store } = await open()

    const answer = await send({ path: '/after', body: { prompts: ['p', 'q'] } })
    assert.equal(answer.body, '{"accepted":2}')
    assert.equal(agent.runs(), 0)
    agent.release()

    const { events, end } = await store.ended(sessionIdOf(answer))
    assert.deepEqual([events.length, end?.endState, end?.late], [2, 'success', undefined])
  },

  async 'keeps fifty requests at the same time apart'(open) {
    const { run } = await open()
    const prompts = Array.from({ length: 50 }, (_, index) => `prompt ${index}`)
    const paths = ['/ask', '/chat', '/lazy']

    const runs = await Promise.all(
      prompts.map((prompt, index) =>
        run({ path: paths[index % 3] ?? '', body: { prompts: [prompt] } }),
      ),
    )

    for (const [index, { data, answer }] of runs.entries()) {
      const asked = data.events.map(({ request }) => JSON.stringify(request))
      const own = asked.filter((text) => new RegExp(`prompt ${index}\\b`).test(text))
      assert.equal(asked.length, index % 3 === 0 ? 1 : 2)
      assert.deepEqual(own, asked)
      assert.match(answer.body, new RegExp(`prompt ${index}\\b`))
    }
  },

  async 'stores nothing of a request in which nothing was recorded'(open) {
    const { send, run, store } = await open()

    const empty = [
      await send({ path: '/session' }),
      await send({ path: '/echo', body: { essay: 1 } }),
      await send({ path: '/not-there' }),
    ]
    const { id } = await run({ path: '/ask', body: { prompts: ['p'] } })

    assert.equal(new Set(empty.map(sessionIdOf)).size, 3)
    const stored = (await store.list()).map((session) => session.id)
    assert.deepEqual(stored, [id])
  },

  async 'stores a request from its first event on, with what it said of itself before'(open) {
    const note = async (request: RouteRequest) => {
      const session = currentSession()
      session?.addTags(['graded'])
      await request.json()
      session?.score('helpful', 1)
      return 1
    }
    const { run } = await open({
      routes: [{ kind: 'json', method: 'POST', path: '/note', handle: note }],
      adapter: { describe: () => ({ tags: ['essay'] }) },
    })

    const { data } = await run({ path: '/note?page=2', body: { essay: 7 } })

    const { name, tags, request } = data.session
    assert.deepEqual([name, tags], ['POST /note', ['essay', 'graded']])
    assert.deepEqual([request?.url, request?.body], ['/note?page=2', { essay: 7 }])
    assert.deepEqual(
      data.events.map((event) => event.name),
      ['helpful'],
    )
    assert.equal(data.end?.endState, 'success')
  },

  async 'stores a request that fails although nothing was recorded, with its body'(open) {
    const fail = async (request: RouteRequest) => {
      await request.json()
      throw new Error('broken')
    }
    const { run } = await open({
      routes: [{ kind: 'json', method: 'POST', path: '/fail', handle: fail }],
    })

    const { data, answer } = await run({ path: '/fail', body: { essay: 7 } })

    assert.equal(answer.status, 500)
    assert.deepEqual(data.session.request?.body, { essay: 7 })
    assert.deepEqual([data.events.length, data.end?.endState], [0, 'failure'])
  },

  async 'leaves nothing behind for the next request of a connection'(open) {
    const { run } = await open({ retake: { keepEmpty: true } })
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })

    const runs = [
      await run({ path: '/echo', body: { first: true }, agent }),
      await run({ path: '/session', agent }),
      await run({ path: '/session', agent }),
    ]
    agent.destroy()

    assert.equal(new Set(runs.map(({ id }) => id)).size, 3)
    for (const { id, answer } of runs.slice(1)) assert.equal(answer.body, JSON.stringify({ id }))
  },

  async 'joins the outer session when it is mounted twice'(open) {
    const { run, store } = await open({ mounts: 2, retake: { keepEmpty: true } })

    const { id, answer } = await run({ path: '/session' })

    assert.equal(answer.body, JSON.stringify({ id }))
    assert.deepEqual(
      (await store.list()).map((session) => session.id),
      [id],
    )
  },

  async 'leaves requests alone that are to be skipped'(open) {
    const { send, store } = await open({ adapter: { skip: () => true } })

    const { headers, body } = await send({
      path: '/session',
      headers: { 'X-Replay': 'any-session' },
    })

    assert.deepEqual([body, headers['x-session-id']], ['{}', undefined])
    assert.deepEqual(await store.list(), [])
  },

  async 'keeps answering when the store does not work'(open) {
    const { url, store } = await open()
    store.open = () => {
      throw new Error('no space left on device')
    }

    const { status, body } = await sendRequest(url, { path: '/ask', body: { prompts: ['p'] } })

    assert.deepEqual([status, JSON.parse(body)], [200, { answers: ['p: answer 1 — ünïcode'] }])
  },
}
