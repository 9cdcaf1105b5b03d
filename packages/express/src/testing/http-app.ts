import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { HttpApp, HttpRoute } from '@retake/testing'
import express, { type Express, type Request, type RequestHandler, type Response } from 'express'

/** Builds the app of the shared suite, with the middleware in front of its routes. */
export function buildHttpApp({ routes, mounts = 1 }: HttpApp, middleware: RequestHandler): Express {
  const app = express().set('env', 'test')
  for (let mounted = 0; mounted < mounts; mounted++) app.use(middleware)
  app.use(express.json())
  for (const route of routes) {
    const register = route.method === 'GET' ? 'get' : 'post'
    app[register](route.path, (request, response) => answer(route, request, response))
  }
  return app
}

async function answer(route: HttpRoute, request: Request, response: Response): Promise<void> {
  const asked = { json: async (): Promise<unknown> => request.body }
  if (route.kind === 'redirect') return response.redirect(route.location)
  response.set(route.headers ?? {})
  if (route.kind === 'json')
    return sendJson(response.status(route.status ?? 200), await route.handle(asked))
  const parts = route.handle(asked)
  return route.kind === 'lazy'
    ? pipeline(Readable.from(parts), response)
    : writeParts(response, parts)
}

function sendJson(response: Response, value: unknown): void {
  response.json(value)
}

async function writeParts(response: Response, parts: AsyncIterable<string>): Promise<void> {
  for await (const part of parts) {
    if (response.destroyed) return
    response.write(part)
  }
  response.end()
}
