import { callsOf, rehearse } from '@retake/testing'
import { describe, expect, it } from 'vitest'
import { wrapModel } from './index.ts'

const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } }

const streamOf = (parts: readonly object[]) =>
  new ReadableStream<object>({
    start(controller) {
      for (const part of parts) controller.enqueue(part)
      controller.close()
    },
  })

/** A model that answers with these parts, or with why it ended. */
function answering(parts: readonly object[], finishReason: string) {
  return wrapModel({
    specificationVersion: 'v4',
    provider: 'fake',
    modelId: 'failing',
    doStream: async () => ({ stream: streamOf(parts) }),
    doGenerate: async () => ({ content: [], finishReason: { unified: finishReason }, usage }),
  })
}

const STOP = { type: 'finish', finishReason: { unified: 'stop' }, usage }
const FAILED = { type: 'finish', finishReason: { unified: 'error' }, usage }
const TEXT = { type: 'text-delta', id: '0', delta: 'Hello' }

async function read(model: ReturnType<typeof answering>): Promise<readonly unknown[]> {
  const { stream } = await model.doStream()
  const parts: unknown[] = []
  for await (const part of stream as unknown as AsyncIterable<unknown>) parts.push(part)
  return parts
}

describe('a failure that a model tells as data', () => {
  it.each<[string, readonly object[]]>([
    ['a part of its stream', [TEXT, { type: 'error', error: 'overloaded' }, STOP]],
    ['why it has ended', [TEXT, FAILED]],
  ])('is one of the call: %s', async (_what, parts) => {
    const { live, replayed, recording, report } = await rehearse(() =>
      read(answering(parts, 'stop')),
    )

    expect(callsOf(recording).map(({ state }) => state)).toEqual(['error'])
    expect(recording.end?.totals.errors).toBe(1)
    expect(replayed).toEqual(live)
    expect(report.status).toBe('ok')
  })

  it('is one of a whole answer, too', async () => {
    const run = () => answering([], 'error').doGenerate()
    const { live, replayed, recording, report } = await rehearse(run)

    expect(callsOf(recording).map(({ state }) => state)).toEqual(['error'])
    expect(replayed).toEqual(live)
    expect(report.status).toBe('ok')
  })

  it('is none where the model has stopped', async () => {
    const { recording } = await rehearse(() => read(answering([TEXT, STOP], 'stop')))

    expect(callsOf(recording).map(({ state }) => state)).toEqual(['ok'])
    expect(recording.end?.totals.errors).toBe(0)
  })
})
