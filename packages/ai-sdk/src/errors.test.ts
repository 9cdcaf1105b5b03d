import { currentSession } from '@retake/core'
import { callsOf } from '@retake/testing'
import * as ai from 'ai'
import type { PlannedResponse, Provider } from '@retake/loopback-provider'
import { describe, expect, it } from 'vitest'
import { wrapAISDK } from './index.ts'
import { anthropic, collect, openai, QUESTION } from './testing/providers.ts'
import { expectSameAgain, rehearse } from './testing/rehearse.ts'

const { generateText, streamText } = wrapAISDK(ai)
const onError = () => {}

/** Gives what a promise fails with, as a value to compare. */
async function failureOf(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('It did not fail.')
}

/** Plans the answers to the calls that follow. In a replay there are none. */
function plan(provider: Provider, ...responses: PlannedResponse[]): Provider {
  provider.plan(...responses)
  return provider
}

describe('errors before an answer', () => {
  it('tries as often again as when it was recorded: 429, 503, then an answer', async () => {
    const failures: PlannedResponse[] = [
      { type: 'rate-limit', retryAfterSeconds: 0 },
      { type: 'server-error', retryAfterSeconds: 0 },
    ]

    const { calls, recording, replay } = await expectSameAgain(async (provider) => {
      const model = openai(plan(provider, ...failures))('gpt-5')
      const { text, steps } = await generateText({ model, prompt: QUESTION })
      return { text, steps }
    })

    expect(calls).toBe(3)
    expect(callsOf(recording).map(({ state }) => state)).toStrictEqual(['error', 'error', 'ok'])
    expect(callsOf(replay).map(({ served }) => served?.seq)).toStrictEqual(
      callsOf(recording).map(({ seq }) => seq),
    )
  })

  it('gives up again with the same RetryError', async () => {
    const failure: PlannedResponse = { type: 'server-error', retryAfterSeconds: 0 }

    const { calls, replayed } = await expectSameAgain((provider) =>
      failureOf(
        generateText({
          model: openai(plan(provider, failure, failure, failure))('gpt-5'),
          prompt: QUESTION,
        }),
      ),
    )

    expect(calls).toBe(3)
    expect(ai.RetryError.isInstance(replayed)).toBe(true)
    const { errors, lastError } = replayed as ai.RetryError
    expect(errors.map((error) => ai.APICallError.isInstance(error))).toStrictEqual([
      true,
      true,
      true,
    ])
    expect(lastError).toBeInstanceOf(ai.APICallError)
    const pauses = errors.map(
      (error) => (error as ai.APICallError).responseHeaders?.['retry-after-ms'],
    )
    expect(pauses).toStrictEqual(['0', '0', '0'])
  })

  it('does not try again what was refused: 401', async () => {
    const planned = { type: 'unauthorized' } as const

    const { calls, replayed } = await expectSameAgain((provider) =>
      failureOf(
        generateText({ model: openai(plan(provider, planned))('gpt-5'), prompt: QUESTION }),
      ),
    )

    expect(calls).toBe(1)
    expect(ai.APICallError.isInstance(replayed)).toBe(true)
    expect(replayed).toMatchObject({ statusCode: 401, isRetryable: false })
  })

  it('gives the error of a stream that does not open again', async () => {
    const planned = { type: 'server-error' } as const

    const { live } = await expectSameAgain((provider) => {
      const model = openai(plan(provider, planned))('gpt-5')
      return collect(streamText({ model, maxRetries: 0, onError, prompt: QUESTION }).fullStream)
    })

    expect(live.map(({ type }) => type)).toStrictEqual(['start', 'error'])
  })

  it('gives the error of a provider that cannot be reached again', async () => {
    const { replayed } = await expectSameAgain(async (provider) => {
      await provider.close()
      const model = openai(provider)('gpt-5')
      const error = await failureOf(generateText({ model, maxRetries: 0, prompt: QUESTION }))
      // There are no headers in such an error; one that is replayed has an empty set of them.
      return Object.assign(error as ai.APICallError, { responseHeaders: {} })
    })

    expect(ai.APICallError.isInstance(replayed)).toBe(true)
    expect(replayed.message).toContain('Cannot connect to API')
  })

  it('gives the error of an answer that does not parse again', async () => {
    const planned = { type: 'malformed' } as const

    const { replayed } = await expectSameAgain((provider) =>
      failureOf(
        generateText({ model: openai(plan(provider, planned))('gpt-5'), prompt: QUESTION }),
      ),
    )

    expect(ai.JSONParseError.isInstance((replayed as Error).cause)).toBe(true)
  })
})

describe('errors in a stream', () => {
  const faults: [string, PlannedResponse][] = [
    ['an overloaded provider', { type: 'overloaded', afterEvents: 6 }],
    ['an event that does not parse', { type: 'malformed', afterEvents: 6 }],
  ]

  const models = {
    OpenAI: (provider: Provider) => openai(provider)('gpt-5'),
    Anthropic: (provider: Provider) => anthropic(provider)('claude-sonnet-4-5'),
  }

  describe.each(Object.entries(models))('of %s', (_name, createModel) => {
    it.each(faults)('gives the parts before and after %s again', async (_fault, fault) => {
      const { live } = await expectSameAgain((provider) =>
        collect(
          streamText({ model: createModel(plan(provider, fault)), onError, prompt: QUESTION })
            .fullStream,
        ),
      )

      expect(live.map(({ type }) => type)).toContain('error')
    })

    it('breaks after the same part as the connection did', async () => {
      const planned = { type: 'reset', afterEvents: 6 } as const

      const { replayed } = await expectSameAgain(async (provider) => {
        const result = streamText({
          model: createModel(plan(provider, planned)),
          onError,
          prompt: QUESTION,
        })
        const parts: unknown[] = []
        const error = await failureOf(collect(result.fullStream, (part) => parts.push(part)))
        return { parts, error }
      })

      expect(replayed.parts).not.toHaveLength(0)
      expect(ai.APICallError.isInstance(replayed.error)).toBe(true)
    })
  })

  it('keeps the data of an error that the provider sent', async () => {
    const planned = { type: 'overloaded', afterEvents: 6 } as const

    const { replayed } = await expectSameAgain(async (provider) => {
      const errors: unknown[] = []
      const model = anthropic(plan(provider, planned))('claude-sonnet-4-5')
      const result = streamText({
        model,
        onError: ({ error }) => void errors.push(error),
        prompt: QUESTION,
      })
      await collect(result.fullStream)
      return errors
    })

    expect(replayed).toHaveLength(1)
    expect(ai.StreamProviderError.isInstance(replayed[0])).toBe(true)
    expect(replayed[0]).toMatchObject({
      data: expect.objectContaining({ type: 'overloaded_error' }),
    })
  })
})

describe('calls that are given up', () => {
  // A replay is done with what was recorded sooner than the caller's time is up.
  const PATIENT = { replay: { abortGraceMs: 5_000 } }

  it('end after the same part when the caller aborts', async () => {
    const { live } = await expectSameAgain(
      async (provider) => {
        const controller = new AbortController()
        const model = openai(provider).chat('gpt-5')
        const { fullStream } = streamText({
          model,
          abortSignal: controller.signal,
          prompt: QUESTION,
        })
        const parts: unknown[] = []
        let deltas = 0
        for await (const part of fullStream) {
          parts.push(part)
          if (part.type === 'text-delta' && ++deltas === 3) controller.abort()
        }
        return parts
      },
      { provider: { chunkDelayMs: 20 } },
    )

    expect(live.at(-1)).toMatchObject({ type: 'abort' })
  })

  it('time out again', async () => {
    const planned = { type: 'hang' } as const

    const { replayed, recording } = await expectSameAgain((provider) => {
      const abortSignal = AbortSignal.timeout(100)
      return failureOf(
        generateText({
          model: openai(plan(provider, planned))('gpt-5'),
          abortSignal,
          prompt: QUESTION,
        }),
      )
    }, PATIENT)

    expect(replayed).toMatchObject({ name: 'TimeoutError' })
    expect(callsOf(recording).map(({ state }) => state)).toStrictEqual(['aborted'])
  })

  it('time out again in the middle of a stream', async () => {
    const planned = { type: 'hang', afterEvents: 6 } as const

    const { live } = await expectSameAgain(async (provider) => {
      const abortSignal = AbortSignal.timeout(100)
      const model = openai(plan(provider, planned)).chat('gpt-5')
      return collect(streamText({ model, abortSignal, prompt: QUESTION }).fullStream)
    }, PATIENT)

    expect(live.at(-1)).toMatchObject({ type: 'abort' })
  })

  it('end where the reader of a stream went away', async () => {
    const { live, recording } = await expectSameAgain(
      async (provider) => {
        const parts: unknown[] = []
        // A stream that hangs cannot come to its end before the session gives up on it.
        const model = openai(plan(provider, { type: 'hang', afterEvents: 10 }))('gpt-5')
        for await (const text of streamText({ model, prompt: QUESTION }).textStream) {
          parts.push(text)
          if (parts.length === 2) break
        }
        return parts
      },
      // The SDK does not pass on that its reader has gone, so that the session has to give up waiting.
      { retake: { drainMs: 50 } },
    )

    expect(live).toHaveLength(2)
    expect(callsOf(recording).map(({ outcome }) => outcome?.stream?.end)).toStrictEqual([
      'abandoned',
    ])
  })
})

describe('calls without a recording', () => {
  const changed = (isReplay: boolean) => (isReplay ? `${QUESTION} Be brief.` : QUESTION)

  it('fail the replay at once, without another try', async () => {
    let tries = 0
    const run = async (provider: Provider) => {
      const prompt = changed(currentSession()?.mode === 'replay')
      const onLanguageModelCallStart = () => void tries++
      return generateText({ model: openai(provider)('gpt-5'), onLanguageModelCallStart, prompt })
    }

    await expect(rehearse(run)).rejects.toMatchObject({
      code: 'REPLAY_MISS',
      message: expect.stringContaining('openai.responses/gpt-5'),
    })
    expect(tries).toBe(2)
  })

  it('fail the replay of a stream too, which keeps its errors to itself', async () => {
    const run = async (provider: Provider) => {
      const prompt = changed(currentSession()?.mode === 'replay')
      return collect(streamText({ model: openai(provider)('gpt-5'), onError, prompt }).textStream)
    }

    await expect(rehearse(run)).rejects.toMatchObject({ code: 'REPLAY_MISS' })
  })
})
