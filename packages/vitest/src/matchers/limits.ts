import type { EventKind } from '@retake/core'
import type { MatcherResult } from './matcher.ts'
import { observe, type Observed } from './observed.ts'

const MODEL_KINDS: ReadonlySet<EventKind> = new Set(['llm', 'embedding'])

/**
 * Whether all calls together cost less, in USD. Fails where calls were made whose cost nobody knows: prices come from
 * `createTest({ retake: { price } })`, or from the provider.
 */
export function toCostLessThan(received: unknown, limitUsd: number): MatcherResult {
  const observed = observe(received)
  const { costUsd } = observed
  if (costUsd === 0 && asksModels(observed)) {
    return unknown('the cost of its calls is not known. Give createTest({ retake: { price } })')
  }
  return {
    pass: costUsd < limitUsd,
    message: () => `expected the session to cost less than $${limitUsd}, and it costs $${costUsd}`,
    actual: costUsd,
    expected: limitUsd,
  }
}

/** Whether all calls together use at most this many tokens, those of caches and of reasoning included. */
export function toUseAtMost(received: unknown, limit: number): MatcherResult {
  const observed = observe(received)
  const { tokens } = observed
  if (tokens === 0 && asksModels(observed)) {
    return unknown('its calls do not tell how many tokens they use')
  }
  return {
    pass: tokens <= limit,
    message: () => `expected the session to use at most ${limit} tokens, and it uses ${tokens}`,
    actual: tokens,
    expected: limit,
  }
}

// Also by a request over HTTP, which names its model then.
function asksModels({ calls }: Observed): boolean {
  return calls.some(({ kind, model }) => MODEL_KINDS.has(kind) || model !== undefined)
}

// An error rather than a failed match, which `.not` would turn around.
function unknown(why: string): never {
  throw new TypeError(`Nothing can be said of the session: ${why}.`)
}
