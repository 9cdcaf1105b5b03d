import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { call, createRetake, recorded, type Retake } from '@retake/core'
import { writeCassetteFile } from '@retake/core/stores/cassette-files'
import { createMemoryStore } from '@retake/core/stores/memory'
import { retakeMiddleware as expressMiddleware } from '@retake/express'
import { retakeMiddleware as honoMiddleware } from '@retake/hono'
import { resend, type ResendTarget } from '@retake/vitest'
import express from 'express'
import { Hono } from 'hono'
import { afterAll, describe, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'retake-resend-'))

afterAll(() => rmSync(folder, { recursive: true }))

let degrees = 21

const weather = recorded('tool', 'weather', async (_city: string) => ({ degrees }))

async function answer(name: string) {
  const city = await call(
    { kind: 'llm', name: 'gpt', request: { prompt: `Where does ${name} live?` } },
    async () => `City ${Math.random()}`,
  )
  return { city, ...(await weather(city)) }
}

function createExpressApp(retake: Retake): ResendTarget {
  const app = express()
  app.use(expressMiddleware(retake))
  app.use(express.json())
  app.post('/ask', async (request, response) => {
    response.json(await answer((request.body as { name: string }).name))
  })
  return app
}

function createHonoApp(retake: Retake): ResendTarget {
  const app = new Hono()
  app.use(honoMiddleware(retake))
  app.post('/ask', async (context) => {
    const { name } = await context.req.json<{ name: string }>()
    return context.json(await answer(name))
  })
  return app
}

/** Records one request over HTTP, or as Hono is asked without a server, and writes its cassette. */
async function record(create: (retake: Retake) => ResendTarget, file: string): Promise<string> {
  const store = createMemoryStore()
  const app = create(createRetake({ store, log: false }))
  await send(app)
  const path = join(folder, file)
  await expect.poll(async () => (await store.list())[0]?.endState).toBe('success')
  const data = await store.load((await store.list())[0]?.id ?? '')
  writeCassetteFile(path, data!)
  return path
}

async function send(app: ResendTarget): Promise<void> {
  const request = new Request('http://localhost/ask', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"name":"Ada"}',
  })
  if (app instanceof Hono) {
    await (await app.fetch(request)).text()
    return
  }
  const server = (app as express.Express).listen(0, '127.0.0.1')
  await expect.poll(() => server.address()).toBeTruthy()
  const { port } = server.address() as { port: number }
  await (await fetch(new Request(`http://127.0.0.1:${port}/ask`, request))).text()
  server.close()
}

describe.each([
  ['express', createExpressApp],
  ['hono', createHonoApp],
])('a request that %s recorded', (name, create) => {
  it('is answered as recorded when it is sent again, and not when a tool has changed', async () => {
    const cassette = await record(create, `${name}.cassette.json`)
    const app = create(createRetake({ store: createMemoryStore(), log: false }))

    const same = await resend(app, cassette)
    degrees = 5
    const changed = await resend(app, cassette)
    degrees = 21

    expect(same).toAnswerAsRecorded()
    expect(same.recorded?.body).toEqual(same.json)
    expect(() => expect(changed).toAnswerAsRecorded()).toThrow('tool weather gives another outcome')
    expect(() => expect(changed).toAnswerAsRecorded()).toThrow('body.degrees  recorded 21  now 5')
  })
})
