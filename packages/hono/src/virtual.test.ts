import { call } from '@retake/core'
import { Hono } from 'hono'
import { streamText } from 'hono/streaming'
import { randomUUID } from 'node:crypto'
import { expect, it, onTestFinished } from 'vitest'
import { retakeMiddleware } from './index.ts'
import { createRecorder } from './testing/recorder.ts'
import { serve } from './testing/serve.ts'

it('gives a replay the recorded time and randomness, in handlers and in streamed bodies', async () => {
  const { retake, ended } = createRecorder({ virtualize: ['date', 'random', 'uuid'] })
  const app = new Hono().use(retakeMiddleware(retake)).get('/', (context) =>
    streamText(context, async (stream) => {
      await stream.write(`${new Date().toISOString()} ${Math.random()} `)
      const prompt = `as of ${Date.now()}`
      await stream.write(
        await call({ kind: 'llm', name: 'model', request: { prompt } }, async () => prompt),
      )
      await stream.write(` ${randomUUID()} ${crypto.randomUUID()} ${Date.now()}`)
    }),
  )
  const { url, close } = await serve(app.fetch)
  onTestFinished(close)

  const live = await fetch(url)
  const recorded = await live.text()
  const { session } = await ended(live)
  const replay = await fetch(url, { headers: { 'X-Replay': session.id } })

  expect(await replay.text()).toBe(recorded)
  expect((await ended(replay)).end?.report).toMatchObject({ status: 'ok', dry: 0 })
})
