import { call, currentSession } from '@retake/core'
import { Hono, type Context } from 'hono'
import { stream, streamSSE, streamText } from 'hono/streaming'
import { afterEach, describe, expect, it } from 'vitest'
import { retakeMiddleware } from './index.ts'
import { toBody } from './testing/http-app.ts'
import { createRecorder, type Recorder } from './testing/recorder.ts'
import { serve } from './testing/serve.ts'
import { silence } from './testing/silence.ts'

silence(/the model is gone/)

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()))
})

type Answer = (context: Context) => Response | Promise<Response>

interface Served extends Recorder {
  readonly get: (init?: RequestInit) => Promise<Response>
  /** Runs of the model so far. */
  readonly runs: () => number
}

/** Serves one route. `ask` is a recorded call that has another answer each time it runs. */
async function open(answer: (ask: (prompt: string) => Promise<string>) => Answer): Promise<Served> {
  const recorder = createRecorder()
  let runs = 0
  const ask = (prompt: string) =>
    call({ kind: 'llm', name: 'model', request: prompt }, async () => `${prompt} ${++runs}\n`)
  const app = new Hono().use(retakeMiddleware(recorder.retake)).get('/', answer(ask))
  const { url, close } = await serve(app.fetch)
  closers.push(close)
  return { ...recorder, get: (init) => fetch(url, init), runs: () => runs }
}

async function* twice(ask: (prompt: string) => Promise<string>): AsyncGenerator<string> {
  yield await ask('first')
  yield await ask('second')
}

const ANSWERS: Record<string, Parameters<typeof open>[0]> = {
  'an async generator': (ask) => (context) => context.body(toBody(twice(ask))),
  'a raw Response with an async generator': (ask) => () => new Response(toBody(twice(ask))),
  'a stream with a high water mark of 0': (ask) => () => new Response(lazyStream(twice(ask))),
  'a stream with the default high water mark': (ask) => () =>
    new Response(lazyStream(twice(ask), 1)),
  stream: (ask) => (context) =>
    stream(context, async (writer) => {
      for await (const part of twice(ask)) await writer.write(part)
    }),
  streamText: (ask) => (context) =>
    streamText(context, async (writer) => {
      for await (const part of twice(ask)) await writer.write(part)
    }),
  streamSSE: (ask) => (context) =>
    streamSSE(context, async (writer) => {
      for await (const data of twice(ask)) await writer.writeSSE({ data })
    }),
}

function lazyStream(parts: AsyncGenerator<string>, highWaterMark = 0): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await parts.next()
        if (done) controller.close()
        else controller.enqueue(new TextEncoder().encode(value))
      },
    },
    { highWaterMark },
  )
}

describe.each(Object.entries(ANSWERS))('a body that is made by %s', (_name, answer) => {
  it('records the calls that are made while it is read', async () => {
    const { get, ended } = await open(answer)

    const response = await get()
    const body = await response.text()

    const { events, end } = await ended(response)
    expect(events.map(({ request, state }) => [request, state])).toEqual([
      ['first', 'ok'],
      ['second', 'ok'],
    ])
    expect(end).toMatchObject({ endState: 'success' })
    expect(body).toContain('second 2')
  })

  it('is replayed byte for byte, without a call', async () => {
    const { get, ended, runs } = await open(answer)
    const recorded = await get()
    const bytes = await recorded.bytes()
    const { session } = await ended(recorded)

    const replayed = await get({ headers: { 'X-Replay': `${session.id};match=strict` } })

    expect(await replayed.bytes()).toEqual(bytes)
    expect((await ended(replayed)).end?.report).toMatchObject({ status: 'ok', exact: 2 })
    expect(runs()).toBe(2)
  })
})

describe('a client that goes away', () => {
  it('is told to the stream inside its session', async () => {
    const left = Promise.withResolvers<string | undefined>()
    const { get, ended } = await open(
      () => (context) =>
        streamSSE(context, async (writer) => {
          writer.onAbort(() => left.resolve(currentSession()?.id))
          await writer.writeSSE({ data: 'first' })
          await left.promise
        }),
    )

    const response = await leaveAfterFirst(get)

    expect(await left.promise).toBe(response.headers.get('x-session-id'))
    expect((await ended(response)).end).toMatchObject({ endState: 'indeterminate' })
  })

  it('cancels the body inside its session', async () => {
    const left = Promise.withResolvers<string | undefined>()
    const { get, ended } = await open(
      () => () =>
        new Response(
          new ReadableStream({
            start: (controller) => controller.enqueue(new TextEncoder().encode('first')),
            cancel: () => left.resolve(currentSession()?.id),
          }),
        ),
    )

    const response = await leaveAfterFirst(get)

    expect(await left.promise).toBe(response.headers.get('x-session-id'))
    expect((await ended(response)).end).toMatchObject({ endState: 'indeterminate' })
  })

  it('ends the generator inside its session', async () => {
    const left = Promise.withResolvers<string | undefined>()
    async function* parts() {
      try {
        for (;;) yield 'x'.repeat(65_536)
      } finally {
        left.resolve(currentSession()?.id)
      }
    }
    const { get, ended } = await open(() => () => new Response(toBody(parts())))

    const response = await leaveAfterFirst(get)

    expect(await left.promise).toBe(response.headers.get('x-session-id'))
    expect((await ended(response)).end).toMatchObject({ endState: 'indeterminate' })
  })
})

describe('a body that fails', () => {
  it('makes the session a failure, and says why', async () => {
    async function* parts() {
      yield 'first'
      throw new Error('the model is gone')
    }
    const { get, ended } = await open(() => () => new Response(toBody(parts())))

    const response = await get()

    await expect(response.text()).rejects.toThrow()
    expect((await ended(response)).end).toMatchObject({
      endState: 'failure',
      endReason: 'the model is gone',
    })
  })
})

async function leaveAfterFirst(get: Served['get']): Promise<Response> {
  const controller = new AbortController()
  const response = await get({ signal: controller.signal })
  await response.body?.getReader().read()
  controller.abort()
  return response
}
