import { call, createRetake, type SessionData } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { describe, expect, it } from 'vitest'
import { exportSession } from '@retake/interchange'
import { imported, replaying } from './testing/replaying.ts'

const GENERATED = {
  content: [
    { type: 'text', text: 'It rains.' },
    { type: 'tool-call', toolCallId: 'c-2', toolName: 'umbrella', input: '{"count":1}' },
  ],
  finishReason: 'stop',
}

/** A session as the adapters record it, with a fixed id. */
async function weather(): Promise<SessionData> {
  const store = createMemoryStore()
  const retake = createRetake({ store, log: false, service: 'forecast', environment: {} })
  const about = { name: 'forecast', agent: 'meteorologist', goal: 'tell the weather', tags: ['a'] }
  const session = await retake.session(about, async (session) => {
    session.decision({ chosen: 'ask', reasoning: 'no data yet', confidence: 0.5 })
    await retake.recorded(
      'tool',
      'lookup',
      (_where: object) => {
        session.score('freshness', 0.9, 'of today')
        return Promise.resolve({ rain: true })
      },
      { key: 'c-1' },
    )({ city: 'Paris' })
    await call(
      {
        kind: 'llm',
        name: 'openai/gpt-4o',
        model: 'gpt-4o',
        provider: 'openai',
        op: 'generate',
        request: {
          prompt: [
            { role: 'system', content: 'Be brief.' },
            { role: 'user', content: [{ type: 'text', text: 'Weather in Paris?' }] },
          ],
        },
        summarize: () => ({
          usage: { inputTokens: 70, cachedInputTokens: 30, outputTokens: 15, reasoningTokens: 5 },
        }),
      },
      () => Promise.resolve(GENERATED),
    )
    await call({ kind: 'effect', name: 'notify', request: { to: 'ann' } }, () =>
      Promise.reject(new RangeError('no such user')),
    ).catch(() => {})
    session.message('assistant', 'It rains.')
    session.error(new TypeError('handled'))
    session.end('failure', 'nobody was told')
    return session
  })
  await session.settled
  const data = await store.load(session.id)
  if (data === undefined) throw new Error('Nothing was recorded.')
  return data
}

describe('a trace as a session', () => {
  it('has what was exported again, in order and nested', async () => {
    const recorded = await weather()

    const { data, notes } = imported(exportSession(recorded, 'otel').text, 'otel')

    const shape = ({ events }: SessionData) =>
      events
        .map(({ kind, name, usage, model, provider, key, state }) => ({
          kind,
          name,
          usage,
          model,
          provider,
          key,
          state,
        }))
        .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    expect(shape(data)).toEqual(shape(recorded))
    expect(notes).toEqual([
      'a trace holds no exact answers: the session can be looked at and compared, but not replayed',
    ])
    expect(data.session).toMatchObject({
      name: 'forecast',
      agent: 'meteorologist',
      service: 'forecast',
      capture: 'metadata',
      startedAt: recorded.session.startedAt,
    })
    expect(data.end).toMatchObject({ endState: 'failure', totals: { usage: { inputTokens: 70 } } })
    const tool = data.events.find(({ kind }) => kind === 'tool')
    const score = data.events.find(({ kind }) => kind === 'score')
    expect(score?.parent).toBe(tool?.seq)
    expect(score?.path).toBe('tool:lookup')
    expect(tool).toMatchObject({ request: { city: 'Paris' }, outcome: { value: { rain: true } } })
    await expect(replaying(data, async () => {})).rejects.toMatchObject({
      code: 'REPLAY_NO_SNAPSHOTS',
    })
  })
})
