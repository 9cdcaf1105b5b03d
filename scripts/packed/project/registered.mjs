// An app that imports the AI SDK as it is, for `node --import @retake/ai-sdk/register`. It fails when the call of its model is
// not recorded, or made again in the replay.

import assert from 'node:assert/strict'
import { createRetake } from '@retake/core'
import { generateText } from 'ai'
import { createModel } from './model.mjs'

const model = createModel()
const retake = createRetake()

const recording = await retake.session(answer)
const replay = await retake.replay(recording.id, answer)

assert.equal(replay.text, recording.text)
assert.equal(model.calls, 1)

async function answer(session) {
  const { text } = await generateText({ model, prompt: 'Roll a die.' })
  return { id: session.id, text }
}
