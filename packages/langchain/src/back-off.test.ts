import { HumanMessage } from '@langchain/core/messages'
import { tool } from '@langchain/core/tools'
import { MessagesAnnotation, START, StateGraph } from '@langchain/langgraph'
import type { Provider } from '@retake/loopback-provider'
import { createAgent, modelRetryMiddleware, toolRetryMiddleware } from 'langchain'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { RetakeCallbackHandler } from './index.ts'
import { openai, QUESTION } from './testing/models.ts'
import { expectSameAgain } from './testing/rehearse.ts'

void new RetakeCallbackHandler()

const BACK_OFF_MS = 1000

const question = { messages: [new HumanMessage(QUESTION)] }
const patience = { maxRetries: 1, initialDelayMs: BACK_OFF_MS, jitter: false }

/** Fails at first. */
function unsteadyWeather() {
  let hasFailed = false
  return tool(
    () => {
      if (hasFailed) return '17 degrees'
      hasFailed = true
      throw new Error('no answer')
    },
    { name: 'weather', description: 'Tells the weather', schema: z.object({ city: z.string() }) },
  )
}

type Ask = (provider: Provider) => Promise<unknown>

const failsFirst = (ask: Ask): Ask => {
  return (provider) => {
    provider.plan({ type: 'server-error' })
    return ask(provider)
  }
}

it.each<[string, Ask]>([
  [
    'a runnable with retries',
    failsFirst((provider) => openai(provider).withRetry({ stopAfterAttempt: 2 }).invoke(QUESTION)),
  ],
  [
    'a node with a policy for retries',
    failsFirst((provider) => {
      const policy = { initialInterval: BACK_OFF_MS, jitter: false, logWarning: false }
      return new StateGraph(MessagesAnnotation)
        .addNode(
          'ask',
          async ({ messages }) => ({ messages: await openai(provider).invoke(messages) }),
          {
            retryPolicy: policy,
          },
        )
        .addEdge(START, 'ask')
        .compile()
        .invoke(question)
    }),
  ],
  [
    'an agent with retries of its model',
    failsFirst((provider) => {
      const middleware = [modelRetryMiddleware(patience)]
      return createAgent({ model: openai(provider), tools: [], middleware }).invoke(question)
    }),
  ],
  [
    'an agent with retries of its tools',
    (provider) => {
      const middleware = [toolRetryMiddleware(patience)]
      const tools = [unsteadyWeather()]
      return createAgent({ model: openai(provider), tools, middleware }).invoke(question)
    },
  ],
])('%s tries again in a replay without waiting', async (_what, ask) => {
  const tookMs: number[] = []

  await expectSameAgain(async (provider) => {
    const started = performance.now()
    const answer = await ask(provider)
    tookMs.push(performance.now() - started)
    return answer
  })

  const [live, replayed] = tookMs
  expect(live).toBeGreaterThan(BACK_OFF_MS - 5)
  expect(replayed).toBeLessThan(BACK_OFF_MS - 5)
})
