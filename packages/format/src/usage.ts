import type { Usage } from './event.ts'

/** The counts that are numbers. */
export function finiteUsage(usage: Usage): Usage {
  // Nearly always all of them are.
  if (Object.values(usage).every(Number.isFinite)) return usage
  return Object.fromEntries(Object.entries(usage).filter(([, count]) => Number.isFinite(count)))
}

/** All tokens of a usage, read, cached, written and spent on reasoning. */
export function sumTokens(usage: Usage = {}): number {
  const { inputTokens = 0, outputTokens = 0, cachedInputTokens = 0, reasoningTokens = 0 } = usage
  return inputTokens + outputTokens + cachedInputTokens + reasoningTokens
}
