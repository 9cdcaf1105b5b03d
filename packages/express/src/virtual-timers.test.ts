import { recorded } from '@retake/core'
import type { Response } from 'express'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { record } from './testing/recorder.ts'

const virtualize = ['timers'] as const
const REQUEST = { path: '/tell', body: {} }
const BEAT_MS = 15

const tell = recorded('tool', 'tell', async function* () {
  for (const word of ['one', 'two', 'three', 'four']) {
    await delay(Math.random() * 40)
    yield word
  }
})
const search = recorded('tool', 'search', async () => {
  await delay(400)
  return 'found'
})

async function answer(response: Response): Promise<void> {
  response.type('text/event-stream')
  const write = (text: string) => void response.write(text)
  const beats = setInterval(write, BEAT_MS, ': alive\n\n')
  const deadline = AbortSignal.timeout(100)
  for await (const word of tell()) {
    write(`data: ${word}${deadline.aborted ? ', late' : ''}\n\n`)
    await delay(1)
  }
  const gaveUp = delay(30, 'gave up')
  write(`data: ${await Promise.race([search(), gaveUp])}\n\n`)
  clearInterval(beats)
  response.end()
}

describe('a response that is written by timers', () => {
  it('has the same bytes in replays, many at a time', async () => {
    const { run, replay } = await record(
      (app) => {
        app.post('/tell', (_request, response) => answer(response))
      },
      { retake: { virtualize } },
    )

    const recordings = await Promise.all(Array.from({ length: 5 }, () => run(REQUEST)))
    const replays = await Promise.all(
      recordings.flatMap((one) => Array.from({ length: 5 }, () => replay(one, REQUEST))),
    )

    expect(recordings[0]?.answer.body).toContain('gave up')
    expect(recordings[0]?.answer.body).toContain(': alive')
    expect(replays.map((one) => one.answer.body)).toEqual(
      recordings.flatMap(({ answer: { body } }) => Array.from({ length: 5 }, () => body)),
    )
  })
})
