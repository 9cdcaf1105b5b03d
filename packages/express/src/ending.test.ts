import { Agent, request as openRequest } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { currentSession } from '@retake/core'
import { openResponse, sendRequest } from '@retake/testing'
import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  Router,
} from 'express'
import { describe, expect, it, vi } from 'vitest'
import { bindEmitter } from './index.ts'
import { type Ask, record } from './testing/recorder.ts'

const FAULTS: Readonly<Record<string, RequestHandler>> = {
  'a sync throw': () => {
    throw new Error('broken')
  },
  'a rejected promise': async () => Promise.reject(new Error('broken')),
  'next(error)': (_request, _response, next) => next(new Error('broken')),
  'an error that a router hands on': Router().use(async () => Promise.reject(new Error('broken'))),
}

describe('a session whose handler fails', () => {
  for (const [fault, handler] of Object.entries(FAULTS)) {
    it(`is a failure when nobody takes ${fault}`, async () => {
      const { run } = await record((app) => app.get('/', handler))

      const { data, answer } = await run({ path: '/' })

      expect(answer.status).toBe(500)
      expect(data.end?.endState).toBe('failure')
    })

    it(`goes on in the error middleware that takes ${fault}`, async () => {
      const { run, replay, runs } = await record((app, ask) => {
        app.get('/', handler)
        app.use(apology(ask, 500))
      })

      const recorded = await run({ path: '/' })
      const replayed = await replay(recorded, { path: '/' })

      expect(recorded.data.events).toMatchObject([{ request: { prompt: 'broken' } }])
      expect(recorded.data.end?.endState).toBe('failure')
      expect(replayed.answer).toMatchObject({ status: 500, body: recorded.answer.body })
      expect(runs()).toBe(1)
    })
  }

  it('is a success when the app makes a good answer of it', async () => {
    const { run } = await record((app, ask) => {
      app.get('/', async () => Promise.reject(new Error('broken')))
      app.use(apology(ask, 200))
    })

    const { data } = await run({ path: '/' })

    expect(data.end?.endState).toBe('success')
  })

  it('is a success when it was the client who was wrong', async () => {
    const { run } = await record((app) => app.use(express.json()))

    const { answer, data } = await run({
      path: '/',
      headers: { 'content-type': 'application/json' },
      body: '{"essay":',
    })

    expect(answer.status).toBe(400)
    expect(data.end?.endState).toBe('success')
    expect(data.session.request?.body).toBe('{"essay":')
  })

  it.each<[string, RequestHandler]>([
    ['throws', breakOff],
    [
      'destroys its response',
      (_request, response) => void response.write('a', () => response.destroy()),
    ],
    [
      'pipes a body that fails',
      async (_request, response) => pipeline(Readable.from(breaking()), response),
    ],
  ])('is a failure when it %s amid its response', async (_how, handler) => {
    const { run } = await record((app) => app.get('/', handler))

    const { answer, data } = await run({ path: '/' })

    expect(answer).toMatchObject({ status: 200, isWhole: false })
    expect(data.end?.endState).toBe('failure')
  })
})

describe('a session whose client goes away', () => {
  it('is indeterminate, and keeps what was recorded', async () => {
    const { url, store } = await record((app, ask) => {
      app.get('/', async (_request, response) => {
        response.write(await ask('first'))
      })
    })

    const answer = await openResponse(url, { path: '/' })
    await answer.next()
    answer.leave()

    const { events, end } = await store.ended(String(answer.response.headers['x-session-id']))
    expect(events).toMatchObject([{ state: 'ok' }])
    expect(end?.endState).toBe('indeterminate')
  })

  it('waits for work that was announced', async () => {
    const closed = createMoment()
    const { url, store } = await record((app, ask) => {
      app.get('/', (_request, response) => {
        currentSession()?.waitUntil(closed.came.then(() => ask('afterwards')))
        response.on('close', closed.come)
        response.write('first')
      })
    })

    const answer = await openResponse(url, { path: '/' })
    await answer.next()
    answer.leave()

    const { events, end } = await store.ended(String(answer.response.headers['x-session-id']))
    expect(events).toMatchObject([{ request: { prompt: 'afterwards' }, state: 'ok' }])
    expect(end?.late).toBeUndefined()
  })

  it('is over before its handler, when the client goes while the recording is loaded', async () => {
    const [asked, gone, loading] = [createMoment(), createMoment(), createMoment()]
    const { url, store, run, runs } = await record(
      (app, ask) => app.get('/', async (_request, response) => response.json(await ask('first'))),
      { before: (app) => app.use(tellWhenClosed(gone.come)) },
    )
    const { id } = await run({ path: '/' })
    const load = store.load.bind(store)
    store.load = async (asking) => {
      asked.come()
      await loading.came
      return load(asking)
    }

    const request = openRequest(url, { headers: { 'X-Replay': id } }).on('error', () => {})
    request.end()
    await asked.came
    request.destroy()
    await gone.came
    loading.come()

    await vi.waitFor(
      async () => {
        const sessions = await store.list()
        const replayed = sessions.find(({ replayOf }) => replayOf === id)
        expect(replayed).toMatchObject({ endState: 'indeterminate', totals: { events: 0 } })
      },
      { timeout: 60_000 },
    )
    expect(runs()).toBe(1)
  })

  it('takes the clean-up of the app with it, when that is bound', async () => {
    const cleaned: (string | undefined)[] = []
    const { url, store } = await record((app) => {
      app.get('/', (_request, response) => {
        bindEmitter(response).on('close', () => cleaned.push(currentSession()?.id))
        response.write('first')
      })
    })

    const answer = await openResponse(url, { path: '/' })
    await answer.next()
    answer.leave()

    const id = String(answer.response.headers['x-session-id'])
    await store.ended(id)
    expect(cleaned).toEqual([id])
  })
})

describe('a session', () => {
  it('waits for work that starts after the answer', async () => {
    const { run } = await record((app, ask) => {
      app.get('/', (_request, response) => {
        response.json('done')
        currentSession()?.waitUntil(Promise.resolve().then(() => ask('afterwards')))
      })
    })

    const { data } = await run({ path: '/' })

    expect(data.events).toMatchObject([{ request: { prompt: 'afterwards' }, state: 'ok' }])
    expect(data.end?.late).toBeUndefined()
  })

  it('holds the calls of timers that write a stream of events', async () => {
    const { run, replay, runs } = await record(ticking)

    const recorded = await run({ path: '/events' })
    const replayed = await replay(recorded, { path: '/events' }, ';match=strict')

    expect(recorded.answer.body).toBe('data: tick 1: 1\n\ndata: tick 2: 2\n\ndata: tick 3: 3\n\n')
    expect(recorded.data.events).toHaveLength(3)
    expect(replayed.answer.body).toBe(recorded.answer.body)
    expect(runs()).toBe(3)
  })

  it('is named after the whole path, below any number of routers', async () => {
    const { run } = await record((app, ask) => {
      const essays = Router().param('id', async (_request, _response, next, id: string) => {
        await ask(`look up ${id}`)
        next()
      })
      essays.get('/:id', async ({ params }, response) =>
        response.json(await ask(`grade ${params.id}`)),
      )
      app.use('/api', Router().use('/essays', essays))
    })

    const { data } = await run({ path: '/api/essays/7?page=2' })

    expect(data.session.name).toBe('GET /api/essays/7')
    expect(data.session.request?.url).toBe('/api/essays/7?page=2')
    expect(data.events.map(({ request }) => request)).toEqual([
      { prompt: 'look up 7' },
      { prompt: 'grade 7' },
    ])
  })

  it('leaves nothing on its connection for a request that is skipped', async () => {
    const skip = ({ path }: Request) => path === '/health'
    const { url, run } = await record(
      (app) => {
        app.use(express.json())
        app.all(
          '/{*path}',
          (_request, response) => void response.json(currentSession()?.id ?? null),
        )
      },
      { adapter: { skip } },
    )
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })

    const { id, answer } = await run({ path: '/', body: {}, agent })
    const skipped = await sendRequest(url, { path: '/health', agent })
    agent.destroy()

    expect(answer.body).toBe(JSON.stringify(id))
    expect(skipped.body).toBe('null')
    expect(skipped.headers).not.toHaveProperty('x-session-id')
  })
})

function apology(ask: Ask, status: number): ErrorRequestHandler {
  return async (error: Error, _request, response, _next) => {
    response.status(status).json(await ask(error.message))
  }
}

async function* breaking(): AsyncGenerator<string> {
  yield 'a'
  throw new Error('broken')
}

const breakOff: RequestHandler = async (_request, response) => {
  await new Promise((resolve) => void response.write('a', resolve))
  throw new Error('broken')
}

interface Moment {
  readonly came: Promise<void>
  readonly come: () => void
}

function createMoment(): Moment {
  let come = () => {}
  const came = new Promise<void>((resolve) => void (come = resolve))
  return { came, come: () => come() }
}

// Only of a request that asks for a replay.
function tellWhenClosed(tell: () => void): RequestHandler {
  return (request, response, next) => {
    if (request.get('X-Replay')) response.on('close', tell)
    next()
  }
}

function ticking(app: Express, ask: Ask): void {
  app.get('/events', (_request, response) => {
    let ticks = 0
    response.set('content-type', 'text/event-stream')
    const timer = setInterval(() => {
      if (++ticks === 3) clearInterval(timer)
      const isLast = ticks === 3
      void ask(`tick ${ticks}`).then((answer) => {
        response.write(`data: ${answer}\n\n`)
        if (isLast) response.end()
      })
    }, 1)
  })
}
