import assert from 'node:assert/strict'
import { openResponse } from './http-client.ts'
import { type HttpBehaviours, type Run, sessionIdOf } from './http-fixture.ts'

const ESSAY = { prompts: ['grade this essay', 'and that one'] }
const EDITED = { prompts: ['grade this essay, please', 'and that one'] }
const UNLIKE = { prompts: ['write a poem about rain'] }

/** What every HTTP adapter does with requests that ask for a replay. */
export const REPLAY_BEHAVIOURS: HttpBehaviours = {
  async 'answers byte for byte as recorded, without a call'(open) {
    const { run, replay, agent } = await open()

    for (const path of ['/ask', '/chat', '/lazy']) {
      const recorded = await run({ path, body: ESSAY })
      const ran = agent.runs()
      const first = await replay(recorded, { path, body: ESSAY })
      const second = await replay(recorded, { path, body: ESSAY }, ';match=strict')

      assert.deepEqual([first.answer.body, second.answer.body], Array(2).fill(recorded.answer.body))
      assert.equal(agent.runs(), ran)
      for (const { data } of [first, second]) assert.equal(data.end?.endState, 'success')
    }
  },

  async 'names the replay and what it replays'(open) {
    const { run, replay } = await open()
    const recorded = await run({ path: '/ask', body: ESSAY })

    const { id, answer, data } = await replay(recorded, { path: '/ask', body: ESSAY })

    assert.notEqual(id, recorded.id)
    assert.equal(answer.headers['x-replay-of'], recorded.id)
    assert.equal(answer.headers['x-replay-status'], 'ok')
    assert.equal(data.session.replayOf, recorded.id)
  },

  async 'says pending in the head of a stream, and keeps the verdict in the report'(open) {
    const { run, replay } = await open()

    for (const path of ['/chat', '/lazy']) {
      const recorded = await run({ path, body: ESSAY })
      const { answer, data } = await replay(recorded, { path, body: ESSAY })

      assert.equal(answer.headers['x-replay-status'], 'pending')
      assert.equal(reported(data), 'ok')
    }
  },

  async 'replays a replay'(open) {
    const { run, replay, agent } = await open()
    const recorded = await run({ path: '/ask', body: ESSAY })
    const first = await replay(recorded, { path: '/ask', body: ESSAY })

    const second = await replay(first, { path: '/ask', body: ESSAY })

    assert.equal(second.answer.body, recorded.answer.body)
    assert.equal(second.answer.headers['x-replay-of'], recorded.id)
    assert.equal(agent.runs(), 2)
  },

  async 'keeps replays, captures and other replays apart that run at the same time'(open) {
    const { run, replay } = await open()
    const bodies = Array.from({ length: 8 }, (_, index) => ({ prompts: [`essay ${index}`] }))
    const paths = ['/ask', '/chat', '/lazy']
    const calls = bodies.map((body, index) => ({ path: paths[index % 3] ?? '', body }))
    const recorded = await Promise.all(calls.map(run))

    const both = await Promise.all(
      recorded.map(async (of, index) => {
        const call = calls[index] ?? { path: '' }
        return Promise.all([replay(of, call, ';match=strict'), run(call)])
      }),
    )

    for (const [index, [replayed, captured]] of both.entries()) {
      assert.equal(replayed.answer.body, recorded[index]?.answer.body)
      assert.notEqual(captured.answer.body, recorded[index]?.answer.body)
      assert.deepEqual([reported(replayed.data), captured.data.end?.report], ['ok', undefined])
    }
  },

  async 'serves a call that was edited a little, and says so'(open) {
    const { run, replay, agent } = await open()
    const recorded = await run({ path: '/ask', body: ESSAY })

    const { answer } = await replay(recorded, { path: '/ask', body: EDITED })

    assert.deepEqual([answer.status, answer.body], [200, recorded.answer.body])
    assert.equal(answer.headers['x-replay-status'], 'drift=1')
    assert.equal(agent.runs(), 2)
  },

  async 'serves nothing to an edited call when it is told to be strict'(open) {
    const { run, replay, agent } = await open()
    const recorded = await run({ path: '/ask', body: ESSAY })

    const replayed = await replay(recorded, { path: '/ask', body: EDITED }, ';match=strict')

    assertMiss(replayed)
    assert.equal(agent.runs(), 2)
  },

  async 'serves by position when it is told to'(open) {
    const { run, replay, agent } = await open()
    const recorded = await run({ path: '/ask', body: { prompts: ['grade this essay'] } })

    const { answer } = await replay(recorded, { path: '/ask', body: UNLIKE }, ';match=position')

    assert.equal(answer.body, recorded.answer.body)
    assert.equal(answer.headers['x-replay-status'], 'drift=1')
    assert.equal(agent.runs(), 1)
  },

  async 'fails a replay with a miss even if the app made an answer of it'(open) {
    const { run, replay, agent } = await open()
    const recorded = await run({ path: '/ask', body: ESSAY })

    for (const swallow of [false, true]) {
      const body = { ...UNLIKE, swallow }
      assertMiss(await replay(recorded, { path: '/ask', body }))
    }
    assert.equal(agent.runs(), 2)
  },

  async 'tells of a miss that comes when the head is gone'(open) {
    const { run, replay, agent } = await open()

    for (const path of ['/chat', '/lazy']) {
      const recorded = await run({ path, body: { prompts: ['first'] } })
      const ran = agent.runs()
      const body = { prompts: ['first', ...UNLIKE.prompts] }
      const { answer, data } = await replay(recorded, { path, body })

      assert.match(answer.body, /^data: first/)
      assert.ok(recorded.answer.body.startsWith(answer.body), 'nothing came that was not recorded')
      assert.deepEqual([data.end?.endState, reported(data)], ['failure', 'miss=1'])
      assert.equal(agent.runs(), ran)
    }
  },

  async 'runs a call without a recording when it is told to'(open) {
    const { run, replay, agent } = await open()
    const recorded = await run({ path: '/ask', body: { prompts: ['p'] } })

    const { answer, data } = await replay(
      recorded,
      { path: '/ask', body: { prompts: ['p', ...UNLIKE.prompts] } },
      ';miss=live',
    )

    assert.deepEqual([answer.status, agent.runs()], [200, 2])
    assert.match(answer.body, /p: answer 1 .* rain: answer 2 /)
    assert.equal(answer.headers['x-replay-status'], 'live=1')
    assert.deepEqual([data.session.parent, data.events.length], [{ session: recorded.id }, 2])
  },

  async 'serves up to a call, and goes live from there'(open) {
    const { run, replay, agent } = await open()
    const recorded = await run({ path: '/ask', body: ESSAY })

    const { answer, data } = await replay(
      recorded,
      { path: '/ask', body: ESSAY },
      ';until=1;match=strict;miss=live',
    )

    assert.match(answer.body, /essay: answer 1 .* one: answer 3 /)
    assert.equal(answer.headers['x-replay-status'], 'live=1')
    assert.deepEqual(data.session.parent, { session: recorded.id, forkAt: 1 })
    assert.equal(agent.runs(), 3)
  },

  async 'tells of recordings that nobody asked for'(open) {
    const { run, replay } = await open()
    const recorded = await run({ path: '/ask', body: ESSAY })
    const fewer = { prompts: ESSAY.prompts.slice(0, 1) }

    const { answer, data } = await replay(recorded, { path: '/ask', body: fewer })

    assert.equal(answer.status, 200)
    assert.equal(answer.headers['x-replay-status'], 'leftover=1')
    assert.equal(reported(data), 'leftover=1')
  },

  async 'calls no recording left over while work goes on after the response'(open) {
    const { run, replay, agent } = await open()
    agent.release()
    const recorded = await run({ path: '/after', body: ESSAY })

    const { answer, data } = await replay(
      recorded,
      { path: '/after', body: ESSAY },
      ';match=strict',
    )

    assert.equal(answer.headers['x-replay-status'], 'pending')
    assert.deepEqual([answer.body, reported(data)], [recorded.answer.body, 'ok'])
    assert.equal(agent.runs(), 2)
  },

  async 'ends a replay whose client goes away'(open) {
    const { url, agent, store } = await open()

    for (const path of ['/endless', '/endless-lazy']) {
      const recorded = await openResponse(url, { path })
      await recorded.next()
      recorded.leave()
      const { id } = (await store.ended(sessionIdOf(recorded.response))).session
      const replayed = await openResponse(url, { path, headers: { 'X-Replay': id } })
      assert.match(await replayed.next(), /^data: begin: answer/)
      replayed.leave()

      const { end } = await store.ended(sessionIdOf(replayed.response))
      assert.equal(end?.endState, 'indeterminate')
    }
    assert.equal(agent.runs(), 2)
  },

  async 'shows the headers of a replay to scripts of other origins'(open) {
    const headers = { 'Access-Control-Allow-Origin': 'https://app.example' }
    const { run, replay } = await open({
      routes: [{ kind: 'json', method: 'GET', path: '/cors', headers, handle: () => 1 }],
    })
    const recorded = await run({ path: '/cors' })

    const { answer } = await replay(recorded, { path: '/cors' })

    const exposed = answer.headers['access-control-expose-headers']
    assert.equal(exposed, 'X-Session-Id, X-Replay-Of, X-Replay-Status')
  },

  async 'answers refusals, redirects and missing paths of the app as the app does'(open) {
    const { run, replay } = await open()

    for (const [path, status] of [
      ['/down', 503],
      ['/moved', 302],
      ['/not-there', 404],
    ] as const) {
      const recorded = await run({ path })
      const { answer } = await replay(recorded, { path })

      assert.deepEqual([answer.status, answer.body], [status, recorded.answer.body])
      assert.equal(answer.headers.location, recorded.answer.headers.location)
      assert.equal(answer.headers['x-replay-status'], 'ok')
    }
  },
}

function assertMiss({ answer, data }: Run): void {
  assert.equal(answer.status, 409)
  assert.match(String(answer.headers['content-type']), /^application\/problem\+json/)
  const problem = JSON.parse(answer.body) as Record<string, unknown>
  assert.deepEqual([problem.code, problem.status, problem.kind], ['REPLAY_MISS', 409, 'llm'])
  assert.match(String(answer.headers['x-replay-status']), /^miss=1\b/)
  assert.equal(data.end?.endState, 'failure')
}

function reported({ end }: Run['data']): unknown {
  return (end?.report as Record<string, unknown> | undefined)?.status
}
