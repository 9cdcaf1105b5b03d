import assert from 'node:assert/strict'
import { openResponse } from './http-client.ts'
import { type HttpBehaviours, reportedStatus, sessionIdOf } from './http-fixture.ts'

const ESSAY = { prompts: ['grade this essay', 'and that one'] }

/** How every HTTP adapter replays a request that is asked again as it was. */
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
      assert.equal(reportedStatus(data), 'ok')
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
      assert.deepEqual(
        [reportedStatus(replayed.data), captured.data.end?.report],
        ['ok', undefined],
      )
    }
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
      retake: { keepEmpty: true },
      routes: [{ kind: 'json', method: 'GET', path: '/cors', headers, handle: () => 1 }],
    })
    const recorded = await run({ path: '/cors' })

    const { answer } = await replay(recorded, { path: '/cors' })

    const exposed = answer.headers['access-control-expose-headers']
    assert.equal(exposed, 'X-Session-Id, X-Replay-Of, X-Replay-Status')
  },

  async 'answers refusals, redirects and missing paths of the app as the app does'(open) {
    const { run, replay } = await open({ retake: { keepEmpty: true } })

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
