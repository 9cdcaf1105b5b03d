import assert from 'node:assert/strict'
import { currentSession } from '@retake/core'
import { createTestRetake, expectSameAgain, failureOf, record, replay } from './call-rehearsal.ts'
import { readAll } from './streams.ts'
import type { CallAdapter, CallBehaviours } from './call-suite.ts'

const PROMPTS = ['the first', 'the second', 'the third'] as const
const SESSIONS = 50

/** What a replay hands out. */
export const SERVING_BEHAVIOURS: CallBehaviours = {
  async 'makes every call outside of a session'(adapter) {
    const one = await adapter.generate('hello')
    const other = await adapter.generate('hello')

    assert.equal(currentSession(), undefined)
    assert.notDeepEqual(one, other)
    assert.ok(adapter.calls() >= 2)
  },

  async 'serves a whole answer without making the call'(adapter) {
    await expectSameAgain(adapter, () => adapter.generate('hello'))
  },

  async 'serves an answer in parts without making the call'(adapter) {
    const data = await expectSameAgain(adapter, () => readAll(adapter.stream('hello', {})))

    assert.ok(data.events.some(({ outcome }) => outcome?.stream?.end === 'complete'))
  },

  async 'serves a tool without running it'(adapter) {
    await expectSameAgain(adapter, () => adapter.callTool('weather in Delft'))
  },

  async 'serves an error as one that the app treats alike'(adapter) {
    await expectSameAgain(adapter, async () =>
      adapter.describeError(await failureOf(adapter.refused('hello'))),
    )
  },

  async 'serves a stream that the app breaks off'(adapter) {
    await expectSameAgain(adapter, () => readFirst(adapter))
  },

  async 'serves a stream that the app aborts'(adapter) {
    await expectSameAgain(adapter, () => abortEarly(adapter))
  },

  async 'serves equal calls in the order in which they were made'(adapter) {
    await expectSameAgain(adapter, async () => [
      await adapter.generate('the same'),
      await adapter.generate('the same'),
      ...(await Promise.all([adapter.generate('the same'), adapter.generate('the same')])),
    ])
  },

  async 'serves parallel calls whatever order they start in'(adapter) {
    const retake = createTestRetake()
    const ask = (prompts: readonly string[]) => () => Promise.all(prompts.map(adapter.generate))
    const { id, value } = await record(retake, ask(PROMPTS))
    const calls = adapter.calls()

    const replayed = await replay(retake, id, ask(PROMPTS.toReversed()))

    assert.deepEqual(replayed.value, value.toReversed())
    assert.equal(adapter.calls(), calls)
  },

  async 'serves a mixture of calls, streams and tools that run in parallel'(adapter) {
    await expectSameAgain(adapter, () =>
      Promise.all([
        adapter.generate('hello'),
        readAll(adapter.stream('hello', {})),
        adapter.callTool('hello'),
        readAll(adapter.stream('hello again', {})),
      ]),
    )
  },

  async 'keeps fifty sessions apart that run at the same time'(adapter) {
    const retake = createTestRetake()
    const bodies = Array.from({ length: SESSIONS }, (_, index) => async () => [
      await adapter.generate(`number ${index % 5}`),
      await readAll(adapter.stream(`number ${index % 5}`, {})),
    ])
    const recorded = await Promise.all(bodies.map((body) => record(retake, body)))
    const calls = adapter.calls()

    const replayed = await Promise.all(
      bodies.map((body, index) => replay(retake, recorded[index]?.id ?? '', body)),
    )

    assert.equal(new Set(recorded.map(({ value }) => JSON.stringify(value))).size, SESSIONS)
    assert.deepEqual(
      replayed.map(({ value }) => value),
      recorded.map(({ value }) => value),
    )
    assert.equal(adapter.calls(), calls)
  },
}

async function readFirst({ stream }: CallAdapter): Promise<unknown> {
  const parts: unknown[] = []
  for await (const part of stream('hello', {})) {
    parts.push(part)
    break
  }
  return parts
}

// How many parts come after the abort is up to chance, and to how much was on its way.
async function abortEarly({ stream, describeError }: CallAdapter): Promise<unknown> {
  const controller = new AbortController()
  const parts: unknown[] = []
  try {
    for await (const part of stream('hello', { signal: controller.signal })) {
      parts.push(part)
      controller.abort()
    }
    return { first: parts[0], end: 'complete' }
  } catch (error) {
    return { first: parts[0], end: describeError(error) }
  }
}
