import { APICallError } from 'ai'
import { expect } from 'vitest'
import { everySource, loadSession, record, replay } from '../lab.ts'
import { readParts } from '../provider.ts'
import { expectSameAgain, failureOf } from '../rehearse.ts'
import { startAgent, type SdkAgent } from '../sdk-agent.ts'
import { inEveryStore } from '../stores.ts'
import { verifies } from '../verifies.ts'

const QUESTION = 'What is the weather in Oslo?'

/** Runs a check with an agent of its own, whose provider is stopped afterwards. */
async function withAgent(check: (agent: SdkAgent) => Promise<void>): Promise<void> {
  const agent = await startAgent()
  try {
    await check(agent)
  } finally {
    await agent.stop()
  }
}

verifies(
  'ai-sdk:agent',
  inEveryStore((create) =>
    withAgent(async (agent) => {
      const retake = create()
      const { id, value } = await record(retake, () => agent.answer(QUESTION))
      const { calls } = agent
      await agent.stop()

      for (const source of await everySource(retake, id)) {
        const { ending, report } = await replay(retake, source, () => agent.answer(QUESTION))
        expect(ending).toStrictEqual({ value })
        expect(report).toMatchObject({ status: 'ok', served: 3, exact: 3 })
      }
      expect(value.tools).toHaveLength(1)
      expect(agent.calls).toBe(calls)
      const { events } = await loadSession(retake, id)
      const kinds = events.map(({ kind }) => kind).filter((kind) => kind !== 'chain')
      expect(kinds).toEqual(['llm', 'tool', 'llm'])
    }),
  ),
)

verifies(
  'ai-sdk:stream',
  inEveryStore((create) =>
    withAgent(async (agent) => {
      const { value } = await expectSameAgain(create(), agent, () =>
        readParts(agent.stream(QUESTION)),
      )

      expect(value.length).toBeGreaterThan(1)
    }),
  ),
)

verifies(
  'ai-sdk:errors',
  inEveryStore((create) =>
    withAgent(async (agent) => {
      agent.plan({ type: 'rate-limit', retryAfterSeconds: 3 })
      await expectSameAgain(create(), agent, async () => {
        const error = await failureOf(agent.once(QUESTION))
        expect(APICallError.isInstance(error)).toBe(true)
        const { message, statusCode, isRetryable, responseBody } = error as APICallError
        return { message, statusCode, isRetryable, responseBody }
      })
    }),
  ),
)

verifies(
  'ai-sdk:miss',
  inEveryStore((create) =>
    withAgent(async (agent) => {
      const retake = create()
      const { id } = await record(retake, () => readParts(agent.parts(QUESTION)))
      const { calls } = agent

      const edited = () => readParts(agent.parts(`${QUESTION} Be brief.`))
      const { ending, report } = await replay(retake, id, edited)

      expect(ending).toMatchObject({ error: { code: 'REPLAY_MISS' } })
      expect(report.missed).toHaveLength(1)
      expect(agent.calls).toBe(calls)
    }),
  ),
)
