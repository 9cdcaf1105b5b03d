import assert from 'node:assert/strict'
import { type HttpBehaviours, reportedStatus, type Run } from './http-fixture.ts'

const ESSAY = { prompts: ['grade this essay', 'and that one'] }
const EDITED = { prompts: ['grade this essay, please', 'and that one'] }
const UNLIKE = { prompts: ['write a poem about rain'] }

/** What every HTTP adapter makes of a replay that asks for something else. */
export const VERDICT_BEHAVIOURS: HttpBehaviours = {
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
      assert.deepEqual([data.end?.endState, reportedStatus(data)], ['failure', 'miss=1'])
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
    assert.equal(answer.headers['x-replay-status'], 'differs, leftover=1')
    assert.equal(reportedStatus(data), 'differs, leftover=1')
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
    assert.deepEqual([answer.body, reportedStatus(data)], [recorded.answer.body, 'ok'])
    assert.equal(agent.runs(), 2)
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
