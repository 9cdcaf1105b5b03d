import { createOpenAI } from '@ai-sdk/openai'
import { wrapAISDK, wrapModel } from '@retake/ai-sdk'
import { startProvider, type PlannedResponse, type Provider } from '@retake/loopback-provider'
import * as ai from 'ai'
import fc from 'fast-check'
import { expect } from 'vitest'
import { createTestRetake, endingOf, everySource, record, replay, type Ending } from '../lab.ts'
import { readParts } from '../provider.ts'
import { holds } from './property.ts'

// It makes known the classes of the SDK's errors, which replayed ones then have.
wrapAISDK(ai)

const TIMEOUT_MS = 25
const MOST_ATTEMPTS = 4
// A slow machine must not run out of the time that a replay waits for its caller to abort.
const PATIENT = { abortGraceMs: 5_000 }

const FAULT = fc.oneof(
  fc
    .tuple(fc.constantFrom('rate-limit', 'server-error', 'unauthorized'), fc.nat(9))
    .map(([type, retryAfterSeconds]): PlannedResponse => ({ type, retryAfterSeconds })),
  fc
    .tuple(fc.constantFrom('reset', 'hang', 'malformed', 'overloaded'), fc.nat(5))
    .map(([type, afterEvents]): PlannedResponse => ({ type, afterEvents })),
)
const FAULTS = fc.array(FAULT, { minLength: 1, maxLength: 3 })
const FORM = fc.constantFrom('responses', 'chat')
const METHOD = fc.constantFrom('doGenerate', 'doStream')

/** Asks again until there is an answer, and tells what became of each attempt. */
async function persist(ask: (attempt: number) => Promise<unknown>): Promise<readonly Ending[]> {
  const endings: Ending[] = []
  while (endings.length < MOST_ATTEMPTS) {
    const ending = await endingOf(ask(endings.length))
    endings.push(ending)
    if ('value' in ending) break
  }
  return endings
}

interface Asking {
  readonly form: string
  readonly method: string
  /** Attempts that nobody answers. Only these have a time limit. */
  readonly hanging: readonly boolean[]
}

function createAsker(
  provider: Provider,
  { form, method, hanging }: Asking,
): (attempt: number) => Promise<unknown> {
  const openai = createOpenAI({ baseURL: provider.url, apiKey: 'none' })
  const model = wrapModel(form === 'chat' ? openai.chat('gpt-5') : openai.responses('gpt-5'))
  const prompt = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Hello' }] }]
  return async (attempt) => {
    const signal = hanging[attempt] ? { abortSignal: AbortSignal.timeout(TIMEOUT_MS) } : {}
    const options = { prompt, ...signal }
    if (method === 'doGenerate') return model.doGenerate(options)
    const { stream, ...opening } = await model.doStream(options)
    return { ...opening, parts: await readParts(stream as never) }
  }
}

holds('property:failures', 20, FAULTS, FORM, METHOD, async (faults, form, method) => {
  const provider = await startProvider({ thinkMs: 0, chunkDelayMs: 0 })
  provider.plan(...faults)
  const hanging = faults.map(({ type }) => type === 'hang')
  const ask = createAsker(provider, { form, method, hanging })
  const retake = createTestRetake()
  const { id, value } = await record(retake, () => persist(ask))
  await provider.close()

  for (const source of await everySource(retake, id)) {
    const { ending, report } = await replay(retake, source, () => persist(ask), PATIENT)
    expect(comparable(ending)).toStrictEqual(comparable({ value }))
    expect(report).toMatchObject({ status: 'ok', served: value.length })
  }
})

// Credentials are not stored, and a replayed error does not make its caller wait.
const NOT_THE_SAME = new Set(['openai-organization', 'set-cookie', 'retry-after'])

/** Takes out of headers what a replay does not have. All else of answers and errors stays. */
function comparable(ending: Ending): Ending {
  for (const attempt of (ending as { value: readonly Ending[] }).value) {
    const { responseHeaders, response } = ('error' in attempt ? attempt.error : attempt.value) as {
      responseHeaders?: Record<string, string>
      response?: { headers?: Record<string, string> }
    }
    for (const name of NOT_THE_SAME) {
      delete responseHeaders?.[name]
      delete response?.headers?.[name]
    }
    // Without an answer there were no headers; in a replay there are some that do not show.
    if (responseHeaders && Object.keys(responseHeaders).length === 0)
      Object.assign((attempt as { error: object }).error, { responseHeaders: undefined })
  }
  return ending
}
