import { HumanMessage } from '@langchain/core/messages'
import { getRetryable } from '@langchain/core/errors'
import { RunnableLambda } from '@langchain/core/runnables'
import type { PlannedResponse, Provider } from '@retake/loopback-provider'
import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { callsOf } from '@retake/testing'
import { RetakeCallbackHandler } from './index.ts'
import { anthropic, collect, openai, QUESTION, responses } from './testing/models.ts'
import { expectSameAgain } from './testing/rehearse.ts'

void new RetakeCallbackHandler()

const MODELS = { openai, responses, anthropic: anthropic as unknown as typeof openai }
const NAMES = ['openai', 'responses', 'anthropic'] as const

const REFUSALS: Readonly<Record<string, PlannedResponse>> = {
  'a rate limit': { type: 'rate-limit', retryAfterSeconds: 1 },
  'an error of the server': { type: 'server-error' },
  'a wrong key': { type: 'unauthorized' },
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('It should have failed.')
}

describe.each(NAMES)('%s', (name) => {
  const create = MODELS[name]

  it.each(Object.keys(REFUSALS))('fails the same again after %s', async (refusal) => {
    const { live, replayed } = await expectSameAgain(async (provider) => {
      const planned = REFUSALS[refusal]
      if (planned) provider.plan(planned, planned)
      const whole = await failureOf(create(provider).invoke(QUESTION))
      const parts = await failureOf(create(provider).stream(QUESTION).then(collect))
      return { whole, parts, isRetryable: [getRetryable(whole), getRetryable(parts)] }
    })

    const [recorded, now] = [live.whole as Error, replayed.whole as Error]
    expect(now.constructor).toBe(recorded.constructor)
    expect(now).toMatchObject({ status: expect.any(Number) as number })
  })

  it('fails the same again when the connection breaks', async () => {
    await expectSameAgain(async (provider) => {
      provider.plan({ type: 'reset', afterEvents: 2 })
      const parts: unknown[] = []
      try {
        for await (const part of await create(provider).stream(QUESTION)) parts.push(part)
        return { parts }
      } catch (error) {
        const { name: kind, message } = error as Error
        return { parts, kind, message }
      }
    })
  })

  it('is broken off by its reader, and ends', async () => {
    const { recording } = await expectSameAgain(async (provider) => {
      const parts: unknown[] = []
      for await (const part of await create(provider).stream(QUESTION)) {
        parts.push(part)
        if (parts.length === 3) break
      }
      return parts
    })

    expect(callsOf(recording)[0]?.outcome?.stream?.end).toBe('cancelled')
    expect(recording.end).toMatchObject({ status: 'completed' })
    expect(recording.events.filter(({ state }) => state === 'pending')).toStrictEqual([])
  })

  it('is aborted by its caller while it streams', async () => {
    await expectSameAgain(async (provider) => {
      const controller = new AbortController()
      const stream = await create(provider).stream(QUESTION, { signal: controller.signal })
      const parts: unknown[] = []
      const error = await failureOf(
        (async () => {
          for await (const part of stream) {
            parts.push(part)
            controller.abort()
          }
        })(),
      )
      return { first: parts[0], error: nameOf(error) }
    })
  })

  it('is aborted by its caller before it answers', async () => {
    await expectSameAgain(async (provider) => {
      provider.plan({ type: 'hang', afterEvents: 0 })
      const controller = new AbortController()
      const answer = create(provider).invoke(QUESTION, { signal: controller.signal })
      const failure = failureOf(answer)
      setTimeout(() => controller.abort(), 50)
      return nameOf(await failure)
    })
  })

  it('takes too long', async () => {
    await expectSameAgain(async (provider) => {
      provider.plan({ type: 'hang', afterEvents: 0 })
      return nameOf(await failureOf(create(provider).invoke(QUESTION, { timeout: 80 })))
    })
  })
})

function nameOf(error: unknown): unknown {
  const { name, message } = error as Error
  return { name, message }
}

// LangChain waits a second or two before it tries again, in a replay as well.
describe('a runnable', () => {
  it('tries again, and succeeds the same', async () => {
    const { calls } = await expectSameAgain(async (provider) => {
      provider.plan({ type: 'server-error' })
      return openai(provider).withRetry({ stopAfterAttempt: 2 }).invoke(QUESTION)
    })

    expect(calls).toBe(2)
  })

  it('tries again beneath its model, without waiting in a replay', async () => {
    const { recording } = await expectSameAgain(async (provider) => {
      provider.plan({ type: 'server-error' })
      return openai(provider, { maxRetries: 2 }).invoke(QUESTION)
    })

    expect(callsOf(recording)).toHaveLength(1)
  })

  it('falls back to another model the same way', async () => {
    await expectSameAgain(async (provider) => {
      provider.plan({ type: 'rate-limit' })
      const model = openai(provider).withFallbacks({ fallbacks: [anthropic(provider)] })
      return model.invoke(QUESTION)
    })
  })

  it('passes its parts on the same way', async () => {
    const chain = (provider: Provider) =>
      RunnableLambda.from((text: string) => [new HumanMessage(text)]).pipe(openai(provider))

    const { recording } = await expectSameAgain(async (provider) =>
      collect(await chain(provider).stream(QUESTION)),
    )

    const llm = callsOf(recording)[0]
    const above = recording.events.find(({ seq }) => seq === llm?.parent)
    expect(above).toMatchObject({ kind: 'chain', name: 'RunnableSequence' })
  })
})

it('gives errors the classes of the SDK that the model uses', async () => {
  const { replayed } = await expectSameAgain(async (provider) => {
    provider.plan({ type: 'rate-limit' })
    return failureOf(openai(provider).invoke(QUESTION))
  })

  expect(replayed).toBeInstanceOf(OpenAI.RateLimitError)
})
