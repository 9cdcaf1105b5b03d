import type { Usage } from '@retake/core'

type Fields = Readonly<Record<string, unknown>>

/**
 * Token counts of any specification, as disjoint counts.
 *
 * Up to v2, and for embeddings and images, counts are flat and a total holds its parts; from v3 on each
 * side is an object of its own.
 */
export function readUsage(usage: unknown): Usage | undefined {
  if (!isObject(usage)) return undefined
  const { inputTokens, outputTokens } = usage
  const counts =
    isObject(inputTokens) || isObject(outputTokens)
      ? fromParts(asObject(inputTokens), asObject(outputTokens))
      : fromTotals(usage)
  const known = Object.entries(counts).filter(([, count]) => count !== undefined)
  return known.length > 0 ? (Object.fromEntries(known) as Usage) : undefined
}

type Counts = Readonly<Record<keyof Usage, number | undefined>>

function fromParts(input: Fields, output: Fields): Counts {
  const cached = toCount(input.cacheRead)
  const reasoning = toCount(output.reasoning)
  const uncached = add(toCount(input.noCache), toCount(input.cacheWrite))
  return {
    inputTokens: subtract(toCount(input.total), cached) ?? uncached,
    outputTokens: subtract(toCount(output.total), reasoning) ?? toCount(output.text),
    cachedInputTokens: cached,
    reasoningTokens: reasoning,
  }
}

function fromTotals(usage: Fields): Counts {
  const cached = toCount(usage.cachedInputTokens)
  const reasoning = toCount(usage.reasoningTokens)
  return {
    inputTokens: subtract(toCount(usage.inputTokens ?? usage.tokens), cached),
    outputTokens: subtract(toCount(usage.outputTokens), reasoning),
    cachedInputTokens: cached,
    reasoningTokens: reasoning,
  }
}

// Some providers of v2 leave cached tokens out of the total already, which shows where there are more of them.
function subtract(total: number | undefined, part = 0): number | undefined {
  return total === undefined || part > total ? total : total - part
}

function add(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined && other === undefined ? undefined : (one ?? 0) + (other ?? 0)
}

// What a provider does not tell is undefined or NaN, and both are stored as tags.
function toCount(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

function asObject(value: unknown): Fields {
  return isObject(value) ? value : {}
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !('$rt' in value)
}
