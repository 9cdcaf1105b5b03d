import assert from 'node:assert/strict'
import { isRetakeError } from '@retake/format'
import type { Retake } from '@retake/core'
import { createTestRetake, failureOf, record, replay } from './call-rehearsal.ts'
import { readAll } from './streams.ts'
import type { CallAdapter, CallBehaviours } from './call-suite.ts'

/** What a replay does with a call that it has no recording for. */
export const MISS_BEHAVIOURS: CallBehaviours = {
  async 'fails a replay whose app swallows the miss of a call'(adapter) {
    await expectSticky(adapter, (prompt) => adapter.generate(prompt))
  },

  async 'fails a replay whose app swallows the miss of a stream'(adapter) {
    await expectSticky(adapter, (prompt) => readAll(adapter.stream(prompt, {})))
  },

  async 'fails a replay whose app swallows the miss of a tool'(adapter) {
    await expectSticky(adapter, (prompt) => adapter.callTool(prompt))
  },

  async 'never serves a recording twice'(adapter) {
    const retake = createTestRetake()
    const { id } = await record(retake, () => adapter.generate('once'))

    const body = async () => [await adapter.generate('once'), await adapter.generate('once')]

    await expectMiss(adapter, retake, id, body)
  },

  async 'fails a replay that asks for less than was recorded'(adapter) {
    const retake = createTestRetake()
    const body = async () => [await adapter.generate('one'), await adapter.generate('two')]
    const { id } = await record(retake, body)

    const error = await failureOf(replay(retake, id, () => adapter.generate('one')))

    assert.equal(isRetakeError(error) && error.code, 'REPLAY_LEFTOVER')
  },
}

/** Replays an app that makes do with an error, asks something else, and then what was recorded. */
async function expectSticky(
  adapter: CallAdapter,
  ask: (prompt: string) => Promise<unknown>,
): Promise<void> {
  const retake = createTestRetake()
  const { id } = await record(retake, () => ask('recorded'))

  await expectMiss(adapter, retake, id, async () => {
    await ask('something else').catch(() => 'never mind')
    await ask('recorded').catch(() => 'never mind')
  })
  assert.equal(retake.stats().misses, 1)
  assert.equal(retake.stats().served, 0)
}

async function expectMiss(
  { calls }: CallAdapter,
  retake: Retake,
  id: string,
  body: () => Promise<unknown>,
): Promise<void> {
  const callsBefore = calls()
  const error = await failureOf(replay(retake, id, body))

  assert.equal(isRetakeError(error) && error.code, 'REPLAY_MISS')
  assert.equal(calls(), callsBefore)
}
