import { ReadableStream as NodeStream } from 'node:stream/web'
import type { HttpApp, HttpRoute } from '@retake/testing'
import { Hono, type Context, type MiddlewareHandler } from 'hono'
import { stream } from 'hono/streaming'

/** Builds the app of the shared suite with Hono, and the middleware in front of its routes. */
export function buildHttpApp({ routes, mounts = 1 }: HttpApp, middleware: MiddlewareHandler): Hono {
  const app = new Hono()
  app.onError((error, context) => context.text(error.message, 500))
  for (let mounted = 0; mounted < mounts; mounted++) app.use(middleware)
  for (const route of routes) {
    app.on(route.method, route.path, (context) => {
      for (const [name, value] of Object.entries(route.headers ?? {})) context.header(name, value)
      return answer(context, route)
    })
  }
  return app
}

async function answer(context: Context, route: HttpRoute): Promise<Response> {
  const request = { json: () => context.req.json<unknown>() }
  if (route.kind === 'redirect') return context.redirect(route.location)
  if (route.kind === 'json')
    return context.json((await route.handle(request)) as object, (route.status ?? 200) as 200)
  const parts = route.handle(request)
  if (route.kind === 'lazy') return context.body(toBody(parts))
  return stream(
    context,
    async (writer) => {
      for await (const part of parts) {
        if (writer.aborted) break
        await writer.write(part)
      }
    },
    async () => {},
  )
}

/** A body that is made while it is read: nothing is pulled ahead. */
export function toBody(parts: AsyncIterable<string>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder()
  async function* encode(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    for await (const part of parts) yield encoder.encode(part)
  }
  return NodeStream.from(encode()) as unknown as ReadableStream<Uint8Array<ArrayBuffer>>
}
