import type { Kit } from '../kit.ts'
import { failureOf, QUESTION, type Scenario } from '../scenario.ts'

const onError = () => {}
const prompt = QUESTION

/** All parts of a stream, and what it fails with where it does. */
async function partsOf(stream: AsyncIterable<unknown>): Promise<unknown> {
  const parts: unknown[] = []
  try {
    for await (const part of stream) parts.push(part)
  } catch (error) {
    return { parts, error }
  }
  return { parts }
}

function streamParts({ ai }: Kit, model: Parameters<Kit['ai']['streamText']>[0]['model']) {
  return partsOf(ai.streamText({ model, maxRetries: 0, onError, prompt }).fullStream)
}

const BEFORE_AN_ANSWER: readonly Scenario[] = [
  {
    name: '429, then 500, then an answer',
    isSeenByTelemetry: true,
    calls: 3,
    async run({ ai, openai, plan }) {
      plan(
        { type: 'rate-limit', retryAfterSeconds: 0 },
        { type: 'server-error', retryAfterSeconds: 0 },
      )
      const { text, steps } = await ai.generateText({ model: openai('gpt-5'), prompt })
      return { text, steps }
    },
  },
  {
    name: '500 three times',
    isSeenByTelemetry: true,
    calls: 3,
    run({ ai, openai, plan }) {
      const failure = { type: 'server-error', retryAfterSeconds: 0 } as const
      plan(failure, failure, failure)
      return failureOf(ai.generateText({ model: openai('gpt-5'), prompt }))
    },
  },
  {
    name: '401',
    isSeenByTelemetry: true,
    calls: 1,
    run({ ai, openai, plan }) {
      plan({ type: 'unauthorized' })
      return failureOf(ai.generateText({ model: openai('gpt-5'), prompt }))
    },
  },
  {
    name: '500 before a stream',
    isSeenByTelemetry: true,
    calls: 1,
    run(kit) {
      kit.plan({ type: 'server-error' })
      return streamParts(kit, kit.openai('gpt-5'))
    },
  },
  {
    name: 'an answer that does not parse',
    isSeenByTelemetry: true,
    calls: 1,
    run({ ai, openai, plan }) {
      plan({ type: 'malformed' })
      return failureOf(ai.generateText({ model: openai('gpt-5'), prompt }))
    },
  },
  {
    name: 'a provider that refuses the connection',
    isSeenByTelemetry: true,
    calls: 0,
    async run({ ai, openai, hangUp }) {
      await hangUp()
      const call = ai.generateText({ model: openai('gpt-5'), maxRetries: 0, prompt })
      const error = (await failureOf(call)) as Error
      // There are no headers in such an error; one that is replayed has an empty set of them.
      return Object.assign(error, { responseHeaders: {} })
    },
  },
]

const IN_A_STREAM: readonly Scenario[] = [
  {
    name: 'an overloaded provider in the middle of a stream',
    isSeenByTelemetry: true,
    calls: 1,
    run(kit) {
      kit.plan({ type: 'overloaded', afterEvents: 6 })
      return streamParts(kit, kit.anthropic('claude-sonnet-4-5'))
    },
  },
  {
    name: 'a connection that breaks in the middle of a stream',
    isSeenByTelemetry: true,
    calls: 1,
    run(kit) {
      kit.plan({ type: 'reset', afterEvents: 6 })
      return streamParts(kit, kit.openai('gpt-5'))
    },
  },
  {
    name: 'an event that does not parse in the middle of a stream',
    isSeenByTelemetry: true,
    calls: 1,
    run(kit) {
      kit.plan({ type: 'malformed', afterEvents: 6 })
      return streamParts(kit, kit.openai.chat('gpt-5'))
    },
  },
]

// Reads a stream to its end, and does something when so many deltas have come.
async function collectAndAct(
  stream: AsyncIterable<{ readonly type: string }>,
  afterDeltas: number,
  act: () => void,
): Promise<readonly unknown[]> {
  const parts: unknown[] = []
  let deltas = 0
  for await (const part of stream) {
    parts.push(part)
    if (part.type === 'text-delta' && ++deltas === afterDeltas) act()
  }
  return parts
}

function timeOut(controller: AbortController): void {
  controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'))
}

const GIVEN_UP: readonly Scenario[] = [
  {
    name: 'a caller that aborts after three deltas',
    isSeenByTelemetry: true,
    provider: { chunkDelayMs: 20 },
    calls: 1,
    async run({ ai, openai }) {
      const controller = new AbortController()
      const abortSignal = controller.signal
      const { fullStream } = ai.streamText({ model: openai.chat('gpt-5'), abortSignal, prompt })
      return collectAndAct(fullStream, 3, () => controller.abort())
    },
  },
  {
    name: 'a call that times out',
    isSeenByTelemetry: true,
    // A replay is done with what was recorded sooner than the caller's time is up.
    replay: { abortGraceMs: 5_000 },
    calls: 1,
    run({ ai, openai, plan }) {
      plan({ type: 'hang' })
      const abortSignal = AbortSignal.timeout(100)
      return failureOf(ai.generateText({ model: openai('gpt-5'), abortSignal, prompt }))
    },
  },
  {
    name: 'a stream that times out',
    isSeenByTelemetry: true,
    replay: { abortGraceMs: 5_000 },
    calls: 1,
    async run({ ai, openai, plan }) {
      plan({ type: 'hang', afterEvents: 6 })
      const controller = new AbortController()
      const abortSignal = controller.signal
      const { fullStream } = ai.streamText({ model: openai.chat('gpt-5'), abortSignal, prompt })
      // Counted from the last part on: on a busy machine the time could be up before it has come.
      return collectAndAct(fullStream, 5, () => void setTimeout(timeOut, 100, controller))
    },
  },
]

/** What goes wrong with a call. */
export const ERRORS: readonly Scenario[] = [...BEFORE_AN_ANSWER, ...IN_A_STREAM, ...GIVEN_UP]
