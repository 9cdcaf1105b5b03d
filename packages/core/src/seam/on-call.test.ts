import { describe, expect, it } from 'vitest'
import { call, createRetake, type MadeCall, type Retake, type RetakeOptions } from '../index.ts'
import { createMemoryStore } from '@retake/store'

const environment = { RETAKE_REPLAY_ENABLED: '1' }

function createWatched(options: RetakeOptions = {}): { retake: Retake; made: MadeCall[] } {
  const made: MadeCall[] = []
  const store = createMemoryStore()
  const onCall = (one: MadeCall) => void made.push(one)
  return { made, retake: createRetake({ store, environment, log: false, onCall, ...options }) }
}

function ask(prompt: string): Promise<string> {
  const summarize = () => ({ usage: { inputTokens: 2, outputTokens: 3 }, costUsd: 0.5 })
  return call({ kind: 'llm', name: 'model', request: { prompt }, summarize }, async () => 'answer')
}

async function record(retake: Retake): Promise<string> {
  return retake.session(async (session) => {
    await ask('Hello')
    return session.id
  })
}

describe('onCall', () => {
  it('is told of calls as the code makes them, also in a replay that serves another request', async () => {
    const { retake, made } = createWatched()
    const id = await record(retake)

    await retake.replay(id, () => ask('Hello!'), { match: 'lenient' })

    expect(made).toMatchObject([
      { kind: 'llm', name: 'model', request: { prompt: 'Hello' } },
      { kind: 'llm', name: 'model', request: { prompt: 'Hello!' } },
    ])
  })

  it('is told of a call that has no recording', async () => {
    const { retake, made } = createWatched()
    const id = await record(retake)

    await expect(retake.replay(id, () => ask('Something else'))).rejects.toThrow('no recording')

    expect(made.at(-1)?.request).toEqual({ prompt: 'Something else' })
  })

  it('is not told credentials, and breaks nothing when it fails', async () => {
    const { retake, made } = createWatched({ fields: { userInput: false } })
    const failing = createWatched({
      onCall() {
        throw new Error('of the test')
      },
    })

    await retake.session(() =>
      call({ kind: 'http', name: 'get', request: { password: 'hunter2hunter2' } }, () => 1),
    )
    await failing.retake.session(() => ask('Hello'))

    expect(JSON.stringify(made)).not.toContain('hunter2')
    expect(failing.retake.stats().failures).toBe(1)
  })
})

describe('the totals of a session', () => {
  it('are those so far, in a replay as they were recorded', async () => {
    const { retake } = createWatched()
    const id = await record(retake)

    const totals = await retake.replay(id, async (session) => {
      const before = session.totals()
      await ask('Hello')
      return [before, session.totals()]
    })

    expect(totals).toMatchObject([
      { costUsd: 0, kinds: {} },
      { costUsd: 0.5, kinds: { llm: 1 }, usage: { inputTokens: 2, outputTokens: 3 } },
    ])
  })
})
