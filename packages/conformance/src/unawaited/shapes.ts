import { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { createOpenAI } from '@ai-sdk/openai'
import { serve } from '@hono/node-server'
import { ChatOpenAI } from '@langchain/openai'
import { wrapAISDK } from '@retake/ai-sdk'
import { recorded, type Retake } from '@retake/core'
import { retakeMiddleware as expressMiddleware } from '@retake/express'
import { retakeFetch } from '@retake/fetch'
import { retakeMiddleware as honoMiddleware } from '@retake/hono'
import { RetakeCallbackHandler } from '@retake/langchain'
import * as ai from 'ai'
import express, { type Response as ExpressResponse } from 'express'
import { Hono } from 'hono'
import { createAgent } from 'langchain'

const { streamText } = wrapAISDK(ai)

/** What an app answers a question with. Some of it is left running by itself, as apps do. */
export interface Shapes {
  readonly express: Readonly<
    Record<string, (question: string, response: ExpressResponse) => unknown>
  >
  readonly hono: Readonly<Record<string, (question: string) => Response | Promise<Response>>>
}

/** Answers of every shape in which a stream reaches a response, from real SDKs. */
export function createShapes(baseURL: string): Shapes {
  const model = createOpenAI({ baseURL, apiKey: 'none' })('gpt-5')
  const chat = new ChatOpenAI({
    model: 'gpt-4o',
    apiKey: 'none',
    maxRetries: 0,
    configuration: { baseURL },
    callbacks: [new RetakeCallbackHandler()],
  })
  const agent = createAgent({ model: chat, tools: [] })
  const inputOf = (question: string) => ({ messages: [{ role: 'user', content: question }] })
  const streamOf = (prompt: string, abortSignal?: AbortSignal) =>
    streamText({ model, prompt, ...(abortSignal && { abortSignal }), onError() {} })
  const ask = retakeFetch()
  const fetchOf = (question: string) =>
    ask(`${baseURL}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'gpt-4o',
        stream: true,
        messages: [{ role: 'user', content: question }],
      }),
    })
  const count = recorded('tool', 'count', async function* (question: string) {
    for (let at = 0; at < 20; at++) {
      await wait(5)
      yield `${question} ${at}\n`
    }
  })

  async function pump(parts: AsyncIterable<unknown>, response: ExpressResponse): Promise<void> {
    for await (const part of parts) response.write(`${JSON.stringify(part)}\n`)
    response.end()
  }

  return {
    express: {
      'ui stream': (question, response) =>
        streamOf(question).pipeUIMessageStreamToResponse(response),
      'text stream, stopped with its client': (question, response) => {
        const controller = new AbortController()
        response.on('close', () => controller.abort())
        void streamOf(question, controller.signal).pipeTextStreamToResponse(response)
      },
      'graph stream': async (question, response) =>
        pump(await agent.stream(inputOf(question), { streamMode: 'messages' }), response),
      'graph stream that nobody awaits': (question, response) => {
        void agent
          .stream(inputOf(question), { streamMode: ['updates', 'messages'] })
          .then((parts) => pump(parts, response))
      },
      'graph events': (question, response) =>
        pump(agent.streamEvents(inputOf(question), { version: 'v2' }), response),
      'generator that nobody awaits': (question, response) => {
        void pump(count(question), response)
      },
      'several at once': (question, response) => {
        void pump(count(`${question} beside`), response).catch(() => {})
        void (async () => {
          for await (const _part of streamOf(question).textStream) continue
        })()
        void (async () => (await fetchOf(question)).text())()
      },
      'body of fetch': async (question, response) => {
        const { body } = await fetchOf(question)
        if (body) Readable.fromWeb(body as never).pipe(response)
      },
    },
    hono: {
      'ui stream': (question) => streamOf(question).toUIMessageStreamResponse(),
      'text stream': (question) => streamOf(question).toTextStreamResponse(),
      'graph stream': async (question) =>
        new Response(
          (await agent.stream(inputOf(question), { streamMode: 'messages' })).pipeThrough(
            toLines(),
          ),
        ),
      'graph events': (question) =>
        new Response(
          agent.streamEvents(inputOf(question), { version: 'v2' }).pipeThrough(toLines()),
        ),
      generator: (question) =>
        new Response(Readable.toWeb(Readable.from(count(question))) as never),
      'body of fetch': async (question) => new Response((await fetchOf(question)).body),
      'tee of a body': async (question) => {
        const [shown, kept] = (await fetchOf(question)).body?.tee() ?? []
        void (async () => new Response(kept).text())()
        return new Response(shown)
      },
    },
  }
}

function toLines(): TransformStream<unknown, Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder()
  return new TransformStream({
    transform: (part, controller) =>
      controller.enqueue(encoder.encode(`${JSON.stringify(part)}\n`)),
  })
}

function questionOf({ q }: express.Request['query']): string {
  return typeof q === 'string' ? q : ''
}

/** A server that is running. */
export interface ShapeServer {
  readonly url: string
  readonly shapes: readonly string[]
}

/** Serves the shapes by real servers, each at a path of its number: `/0?q=hello`. */
export async function serveShapes(
  shapes: Shapes,
  retake: Retake,
): Promise<Readonly<Record<string, ShapeServer>>> {
  const app = express()
  app.use(expressMiddleware(retake))
  for (const [at, answer] of Object.values(shapes.express).entries())
    app.get(`/${at}`, (request, response) => answer(questionOf(request.query), response))
  const hono = new Hono()
  hono.use(honoMiddleware(retake))
  for (const [at, answer] of Object.values(shapes.hono).entries())
    hono.get(`/${at}`, (context) => answer(String(context.req.query('q'))))
  const expressPort = await new Promise<number>((resolve) => {
    const server = app.listen(0, '127.0.0.1', () =>
      resolve((server.address() as { port: number }).port),
    )
  })
  const honoPort = await new Promise<number>((resolve) => {
    serve({ fetch: hono.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => resolve(port))
  })
  return {
    express: { url: `http://127.0.0.1:${expressPort}`, shapes: Object.keys(shapes.express) },
    hono: { url: `http://127.0.0.1:${honoPort}`, shapes: Object.keys(shapes.hono) },
  }
}
