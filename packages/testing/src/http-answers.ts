import assert from 'node:assert/strict'
import { call, currentSession, recorded } from '@retake/core'
import type { HttpRoute } from './http-app.ts'
import { openResponse } from './http-client.ts'
import { createObservedStore } from './observed-store.ts'
import { type HttpBehaviours, reportedAnswer, reportedStatus, sessionIdOf } from './http-fixture.ts'

/** How every HTTP adapter compares the answer of a replay with the recorded one. */
export const ANSWER_BEHAVIOURS: HttpBehaviours = {
  async 'tells that an answer differs, where, and which tool was served'(open) {
    const { run, replay } = await open({ routes: [searching()] })
    const recorded = await run({ path: '/search' })

    const served = await replay(recorded, { path: '/search' })
    const live = await replay(recorded, { path: '/search' }, ';tools=live')

    assert.equal(served.answer.headers['x-replay-status'], 'differs')
    assert.deepEqual(reportedAnswer(served.data), {
      differences: [{ path: 'body.sources[0]', recorded: '"x"', now: undefined }],
      notCompared: [],
      redacted: [],
      served: [{ kind: 'tool', name: 'search' }],
    })
    assert.equal(live.answer.headers['x-replay-status'], 'live=1')
  },

  async 'names dates, ids and random numbers that an instance can give again'(open) {
    const made = () => ({ at: new Date(), id: crypto.randomUUID(), luck: Math.random() })
    const routes = [answering('/made', made)]
    const { run, replay } = await open({ routes })
    const virtualize = ['date', 'random', 'uuid'] as const
    const virtual = await open({ routes, retake: { virtualize } })

    const real = await replay(await run({ path: '/made' }), { path: '/made' })
    const again = await virtual.replay(await virtual.run({ path: '/made' }), { path: '/made' })

    assert.equal(real.answer.headers['x-replay-status'], 'differs')
    assert.deepEqual(
      reportedAnswer(real.data)?.differences.map(({ madeAnew }) => madeAnew),
      ['date', 'uuid', 'random'],
    )
    assert.equal(again.answer.headers['x-replay-status'], 'ok')
  },

  async 'leaves out what options and the request name'(open) {
    let made = 0
    const routes = [
      answering('/made', () => ({
        at: ++made,
        items: [{ id: ++made }, { id: ++made }],
        'a.b': ++made,
      })),
    ]
    const { run, replay } = await open({ routes, adapter: { replay: { ignore: ['body.at'] } } })
    const recorded = await run({ path: '/made' })

    const some = await replay(recorded, { path: '/made' }, ';ignore=body.items.*.id')
    const all = await replay(
      recorded,
      { path: '/made' },
      String.raw`;match=strict;ignore="body.items[*].id, body[\"a.b\"]"`,
    )

    assert.deepEqual(paths(some.data), ['body["a.b"]'])
    assert.equal(all.answer.headers['x-replay-status'], 'ok')
  },

  async 'refuses a path that it cannot read, without repeating it'(open) {
    const { run, send, agent } = await open()
    const { id } = await run({ path: '/ask', body: { prompts: ['p'] } })

    for (const path of ['body[', 'secret.path', 'body..a', '"body[\\"x]"', '""']) {
      const headers = { 'X-Replay': `${id};ignore=${path}` }
      const { status, body } = await send({ path: '/ask', headers, body: { prompts: ['p'] } })

      assert.equal(status, 400)
      assert.match(body, /REPLAY_HEADER_INVALID/)
      assert.doesNotMatch(body, /secret/)
    }
    assert.equal(agent.runs(), 1)
  },

  async 'compares a stream by its events, whatever the pieces it comes in'(open) {
    const events = ['data: {"n":1}\n\n', 'data: {"n":2}\n\n', 'data: {"n":3}\n\n']
    let pieces: readonly string[] = events
    const routes = (['stream', 'lazy'] as const).map((kind): HttpRoute => ({
      kind,
      method: 'GET',
      path: `/${kind}`,
      headers: { 'content-type': 'text/event-stream' },
      async *handle() {
        await noted()
        yield* pieces
      },
    }))
    const { run, replay } = await open({ routes })

    for (const path of ['/stream', '/lazy']) {
      pieces = events
      const recorded = await run({ path })
      pieces = [`: still here\n\n${events[0]}data: {"n"`, ':2}\n\n', `${events[2]}`]
      const same = await replay(recorded, { path })
      pieces = [...events.slice(0, 2), 'data: {"n":4}\n\n']
      const other = await replay(recorded, { path })

      assert.equal(reportedStatus(same.data), 'ok')
      assert.equal(other.answer.headers['x-replay-status'], 'pending')
      assert.equal(reportedStatus(other.data), 'differs')
      assert.deepEqual(paths(other.data), ['body[2].data.n'])
      const { 'x-replay-status': trailer = 'differs' } = other.answer.trailers
      assert.equal(trailer, 'differs')
    }
  },

  async 'compares the status, and where an answer leads to'(open) {
    let location = '/one'
    const routes: HttpRoute[] = [
      {
        kind: 'redirect',
        method: 'GET',
        path: '/go',
        get location() {
          return location
        },
      },
    ]
    const { run, replay } = await open({ routes, retake: { keepEmpty: true } })
    const recorded = await run({ path: '/go' })

    const same = await replay(recorded, { path: '/go' })
    location = '/two'
    const elsewhere = await replay(recorded, { path: '/go' })
    const another = await replay(recorded, { path: '/down' })

    assert.equal(reportedStatus(same.data), 'ok')
    assert.ok(paths(elsewhere.data).includes('location'))
    assert.ok(paths(another.data).includes('status'))
    assert.equal(reportedStatus(another.data), 'differs')
  },

  async 'takes a whole URL of its own host for a path'(open) {
    let origin = ''
    const routes: HttpRoute[] = [
      {
        kind: 'redirect',
        method: 'GET',
        path: '/go',
        get location() {
          return `${origin}/there?a=1`
        },
      },
    ]
    const store = createObservedStore()
    const first = await open({ routes, retake: { keepEmpty: true }, store })
    const second = await open({ routes, retake: { keepEmpty: true }, store })
    origin = first.url
    const recorded = await first.run({ path: '/go' })

    origin = second.url
    const moved = await second.replay(recorded, { path: '/go' }, ';ignore=body')
    origin = 'http://elsewhere.example'
    const elsewhere = await second.replay(recorded, { path: '/go' }, ';ignore=body')

    assert.equal(reportedStatus(moved.data), 'ok')
    assert.deepEqual(paths(elsewhere.data), ['location'])
  },

  async 'takes the ids of the two sessions for the same'(open) {
    const routes = [answering('/who', () => ({ session: `run ${currentSession()?.id}` }))]
    const { run, replay } = await open({ routes })

    const { answer } = await replay(await run({ path: '/who' }), { path: '/who' })

    assert.equal(answer.headers['x-replay-status'], 'ok')
  },

  async 'tells numbers apart that JavaScript cannot'(open) {
    let number = '9007199254740992'
    const headers = { 'content-type': 'application/json' }
    const routes: HttpRoute[] = [
      {
        kind: 'stream',
        method: 'GET',
        path: '/long',
        headers,
        async *handle() {
          await noted()
          yield `{"id":${number}}`
        },
      },
    ]
    const { run, replay } = await open({ routes })
    const recorded = await run({ path: '/long' })

    const same = await replay(recorded, { path: '/long' })
    number = '9007199254740993'
    const other = await replay(recorded, { path: '/long' })

    assert.deepEqual([reportedStatus(same.data), reportedStatus(other.data)], ['ok', 'differs'])
  },

  async 'lists drift and another answer side by side'(open) {
    let suffix = ''
    const routes = [
      answering('/edited', async () => ({
        text: (await said(`Grade this essay about whales${suffix}`)) + suffix,
      })),
    ]
    const { run, replay } = await open({ routes })
    const recorded = await run({ path: '/edited' })

    suffix = ', please'
    const { answer } = await replay(recorded, { path: '/edited' })

    assert.equal(answer.headers['x-replay-status'], 'differs, drift=1')
  },

  async 'does not vouch for an answer that was not recorded whole'(open) {
    const { url, run, replay, store, agent } = await open()
    const begun = await openResponse(url, { path: '/endless' })
    await begun.next()
    begun.leave()
    const { session } = await store.ended(sessionIdOf(begun.response))
    agent.release()

    const replayed = await run({ path: '/endless', headers: { 'X-Replay': session.id } })

    assert.equal(reportedStatus(replayed.data), 'unverified')
    assert.deepEqual(paths(replayed.data), [])
    const accepted = await replay(
      { ...replayed, id: session.id },
      { path: '/endless' },
      ';ignore=body',
    )
    assert.equal(reportedStatus(accepted.data), 'ok')
  },

  async 'differs where the server breaks an answer off that came to its end'(open) {
    let isBroken = false
    const routes: HttpRoute[] = [
      {
        kind: 'lazy',
        method: 'GET',
        path: '/breaks',
        headers: { 'content-type': 'text/event-stream' },
        async *handle() {
          yield `data: ${await said('noted')}\n\n`
          if (isBroken) throw new Error('broken')
          yield 'data: end\n\n'
        },
      },
    ]
    const store = createObservedStore()
    const { run, send } = await open({ routes, store })
    const { id } = await run({ path: '/breaks' })

    isBroken = true
    // Some servers break off before the head is out.
    await send({ path: '/breaks', headers: { 'X-Replay': id } }).catch(() => {})
    const [replayed] = await store.list({ isReplay: true })
    const data = await store.ended(String(replayed?.id))

    assert.equal(reportedStatus(data), 'differs')
    assert.deepEqual(paths(data), ['body'])
  },

  async 'shows of an answer only what capture allows'(open) {
    let text = 'secret one'
    const routes = [answering('/told', () => ({ text }))]
    const store = createObservedStore()
    const full = await open({ routes, store })
    const bare = await open({ routes, store, retake: { capture: 'metadata' } })
    const without = await open({ routes, store, retake: { fields: { finalResponse: false } } })
    const recorded = await full.run({ path: '/told' })

    text = 'secret two'
    const where = await bare.replay(recorded, { path: '/told' })
    const unknown = await without.replay(recorded, { path: '/told' })

    assert.equal(where.answer.headers['x-replay-status'], 'differs')
    assert.equal(unknown.answer.headers['x-replay-status'], 'unverified')
    assert.deepEqual(paths(where.data), ['body.text'])
    assert.ok(!JSON.stringify([where.data, unknown.data]).includes('secret'))
  },

  async 'does not compare what went live, nor what failed'(open) {
    let prompt = 'first'
    const routes = [
      answering('/changing', async () => ({ text: await said(prompt).catch(() => 'sorry') })),
    ]
    const { run, replay } = await open({ routes })
    const recorded = await run({ path: '/changing' })

    prompt = 'quite another question altogether'
    const live = await replay(recorded, { path: '/changing' }, ';miss=live;match=strict')
    const missed = await replay(recorded, { path: '/changing' }, ';match=strict')

    assert.match(String(reportedStatus(live.data)), /^(?:leftover=1, )?live=1$/)
    assert.equal(reportedAnswer(live.data), undefined)
    assert.match(String(reportedStatus(missed.data)), /^miss=1/)
    assert.equal(reportedAnswer(missed.data), undefined)
  },
}

// An agent whose tool does something to the app besides answering.
function searching(): HttpRoute {
  return answering('/search', async () => {
    const sources: string[] = []
    const search = recorded('tool', 'search', async (query: string) => {
      sources.push(query)
      return `found ${query}`
    })
    return { answer: await search('x'), sources }
  })
}

function answering(path: string, handle: () => unknown): HttpRoute {
  return {
    kind: 'json',
    method: 'GET',
    path,
    async handle() {
      await noted()
      return handle()
    },
  }
}

// A request in which nothing is recorded leaves no session.
function noted(): Promise<string> {
  return said('noted')
}

function said(prompt: string): Promise<string> {
  const options = { kind: 'llm', name: 'loopback/model', request: { prompt } } as const
  return call(options, async () => `${prompt}: answer`)
}

function paths(data: Parameters<typeof reportedAnswer>[0]): readonly string[] {
  return reportedAnswer(data)?.differences.map(({ path }) => path) ?? []
}
