import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createAdaptorServer } from '@hono/node-server'
import type { Retake } from '@retake/core'
import { withScope } from '@retake/http'
import { retakeMiddleware as expressMiddleware } from '@retake/express'
import { retakeMiddleware as honoMiddleware } from '@retake/hono'
import express from 'express'
import { Hono } from 'hono'
import { streamText } from 'hono/streaming'
import { toStream } from './provider.ts'

/** What a server does, told without its framework: `POST /answer` and `POST /stream`. */
export interface App {
  readonly answer: (question: string) => Promise<unknown>
  readonly stream: (question: string) => AsyncIterable<string>
}

interface Question {
  readonly question: string
}

/** Every way to serve an app with Retake in front of it. */
export const FRAMEWORKS: Readonly<Record<string, (app: App, retake: Retake) => Server>> = {
  express({ answer, stream }, retake) {
    const app = express().use(expressMiddleware(retake), express.json())
    app.post('/answer', async ({ body }, response) => {
      response.json(await answer((body as Question).question))
    })
    app.post('/stream', ({ body }, response) =>
      pipeline(Readable.from(stream((body as Question).question)), response),
    )
    return createServer(app)
  },

  hono({ answer, stream }, retake) {
    const app = new Hono().use(honoMiddleware(retake))
    app.post('/answer', async (context) => {
      const { question } = await context.req.json<Question>()
      return context.json((await answer(question)) as object)
    })
    app.post('/stream', async (context) => {
      const { question } = await context.req.json<Question>()
      return streamText(context, async (writer) => {
        for await (const text of stream(question)) await writer.write(text)
      })
    })
    return createAdaptorServer({ fetch: app.fetch }) as Server
  },

  fetch({ answer, stream }, retake) {
    async function handle(request: Request): Promise<Response> {
      const { question } = (await request.json()) as Question
      if (request.url.endsWith('/answer')) return Response.json(await answer(question))
      return new Response(toStream(encoded(stream(question))))
    }
    const fetch = withScope(handle, { retake, peer: () => '127.0.0.1' })
    return createAdaptorServer({ fetch }) as Server
  },
}

/** Serves while `use` runs. */
export async function serving<T>(server: Server, use: (url: string) => Promise<T>): Promise<T> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

async function* encoded(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder()
  for await (const text of texts) yield encoder.encode(text)
}
