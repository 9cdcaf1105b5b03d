import { readFileSync } from 'node:fs'
import { checkEvent, readJournals, recordedEvents } from '@retake/format'
import { describe, expect, it } from 'vitest'
import { call } from '../index.ts'
import { record } from '../../test/record.ts'
import { readAll, streamOf } from '../../test/streams.ts'
import { createTestRetake } from '../../test/test-retake.ts'
import { thrown } from '../../test/thrown.ts'

const OLD = '019b76da-a800-7000-8000-000000000002'
// Written once by the version that counted such a stream as the one that completed before the first, and never again.
const GOLDEN = new URL(
  '../../../format/test/golden/journals/stopped-before-first-part.jsonl',
  import.meta.url,
)

const MODEL = {
  kind: 'llm',
  name: 'test/model',
  op: 'stream',
  request: { prompt: 'hello' },
} as const

/** A user who presses Stop before anything has come, and asks something else. */
async function stopAndAskAgain(): Promise<string> {
  const controller = new AbortController()
  const { signal } = controller
  const parts = call({ ...MODEL, signal }, () => streamOf(['one', 'two']))
  controller.abort(new Error('stopped'))
  if (parts instanceof ReadableStream) await parts.cancel(signal.reason)
  return call({ kind: 'llm', name: 'test/model', request: { prompt: 'again' } }, async () => 'live')
}

describe('a stream that was stopped before its first part, as the first thing to finish', () => {
  it('leaves a session that can be read and replayed', async () => {
    const retake = createTestRetake()
    const { id } = await record(retake, stopAndAskAgain)

    const data = await retake.store.load(id)

    expect(data?.events).toMatchObject([{ state: 'aborted' }, { state: 'ok', done: 1 }])
    expect(data?.events[0]?.done).toBeUndefined()
    expect(await retake.replay(id, stopAndAskAgain)).toBe('live')
  })

  it('is read, and replayed, from a session of an earlier version', async () => {
    const retake = createTestRetake()
    const data = readJournals([{ text: readFileSync(GOLDEN, 'utf8') }], OLD)

    for (const event of recordedEvents(data)) checkEvent(event)

    expect(await retake.replay(data, stopAndAskAgain)).toBe('an answer')
    const read = async () => readAll(call(MODEL, () => streamOf(['live'])))
    expect(await thrown(retake.replay(data, read))).toMatchObject({ code: 'REPLAY_NO_SNAPSHOTS' })
  })

  it('is read from a long journal, of which only what orders events is read at first', () => {
    const text = readFileSync(GOLDEN, 'utf8')
    const long = text.replace('"an answer"', JSON.stringify('x'.repeat(2 ** 18)))

    const events = recordedEvents(readJournals([{ text: long }], OLD))

    expect(events).toHaveLength(2)
    for (const event of events) checkEvent(event)
  })
})
