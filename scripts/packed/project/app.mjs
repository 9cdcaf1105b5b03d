// An agent behind Express, as a user writes it. It answers one request, replays it, and fails when the two differ or when the
// replay calls a tool or the model again.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { wrapModel } from '@retake/ai-sdk'
import { recorded } from '@retake/core'
import { retakeMiddleware } from '@retake/express'
import express from 'express'
import { createModel } from './model.mjs'

const fake = createModel()
const model = wrapModel(fake)

let rolls = 0
const roll = recorded('tool', 'roll', async (sides) => {
  rolls += 1
  return { rolled: Math.ceil(Math.random() * sides), rolls }
})

async function main() {
  const app = express()
  app.use(retakeMiddleware())
  app.get('/roll', async (_request, response) => {
    const prompt = [{ role: 'user', content: [{ type: 'text', text: 'Roll a die.' }] }]
    const { content } = await model.doGenerate({ prompt })
    response.json({ content, roll: await roll(6) })
  })

  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    await recordAndReplay(`http://127.0.0.1:${server.address().port}/roll`)
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

async function recordAndReplay(url) {
  const recording = await fetch(url)
  const recordedBody = await recording.text()
  assert.equal(recording.status, 200, recordedBody)
  assert.deepEqual({ calls: fake.calls, rolls }, { calls: 1, rolls: 1 })

  const session = recording.headers.get('x-session-id')
  const replay = await fetch(url, { headers: { 'X-Replay': session } })

  assert.equal(await replay.text(), recordedBody)
  assert.equal(replay.headers.get('x-replay-status'), 'ok')
  assert.equal(replay.headers.get('x-replay-of'), session)
  assert.deepEqual({ calls: fake.calls, rolls }, { calls: 1, rolls: 1 })
}

main().catch((error) => {
  console.error(error)
  process.exitCode = 1
})
