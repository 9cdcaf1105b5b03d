import { scope } from '@retake/core'
import express from 'express'
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { record } from './testing/recorder.ts'

const realRandom = Math.random
const virtualize = ['date', 'random', 'uuid'] as const
const ORDER = { path: '/orders', body: { goods: ['tent', 'rope', 'lamp'] } }

function jitter(): Promise<void> {
  return delay(realRandom() * 10)
}

// An app as they are: nothing of it knows of Retake but the names of its branches.
function serveOrders(options: Parameters<typeof record>[1] = { retake: { virtualize } }) {
  return record((app, ask) => {
    app.use(express.json())
    app.post('/orders', async ({ body }, response) => {
      const receivedAt = new Date()
      const lines = (body as { goods: string[] }).goods.map((goods) =>
        scope('line', { key: goods }, async () => {
          await jitter()
          const id = randomUUID()
          const answer = await ask(`${goods} ${id} at ${new Date().toISOString()}`)
          await jitter()
          return { id, answer, discount: Math.random(), pricedAt: Date.now() }
        }),
      )
      response.json({
        order: crypto.randomUUID(),
        receivedAt,
        lines: await Promise.all(lines),
        took: Date.now() - receivedAt.getTime(),
      })
    })
  }, options)
}

describe('an app that asks for the time, and for random numbers', () => {
  it('answers a replay with the same bytes', async () => {
    const { run, replay, runs } = await serveOrders()

    const recorded = await run(ORDER)
    const replays = [await replay(recorded, ORDER), await replay(recorded, ORDER)]

    for (const { answer } of replays) {
      expect(answer.body).toBe(recorded.answer.body)
      expect(answer.headers['x-replay-status']).toBe('ok')
    }
    expect(runs()).toBe(3)
  })

  it('does so while other requests are recorded and replayed', async () => {
    const { run, replay } = await serveOrders()
    const recorded = await Promise.all(Array.from({ length: 4 }, () => run(ORDER)))

    const [replays, others] = await Promise.all([
      Promise.all(recorded.map((each) => replay(each, ORDER))),
      Promise.all(recorded.map(() => run(ORDER))),
    ])

    expect(replays.map(({ answer }) => answer.body)).toEqual(
      recorded.map(({ answer }) => answer.body),
    )
    const bodies = [...recorded, ...others].map(({ answer }) => answer.body)
    expect(new Set(bodies.map((body) => (JSON.parse(body) as { order: string }).order)).size).toBe(
      8,
    )
  })

  it('misses without the option', async () => {
    const { run, replay } = await serveOrders({ retake: {} })

    const { answer } = await replay(await run(ORDER), ORDER, ';match=strict')

    expect(answer.status).toBe(409)
  })
})
