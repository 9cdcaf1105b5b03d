import type { Usage } from '@retake/core'
import { asObject, type Fields } from './fields.ts'

type Counts = Readonly<Record<keyof Usage, number | undefined>>

/** Makes disjoint counts of what one API tells of its tokens. */
export type ReadCounts = (told: Fields) => Counts

/** What was used, of the counts that are known; `undefined` where none is. */
export function toUsage(read: ReadCounts, told: Fields): Usage | undefined {
  const known = Object.entries(read(told)).filter(([, count]) => count !== undefined)
  return known.length > 0 ? (Object.fromEntries(known) as Usage) : undefined
}

/** OpenAI's chat completions, and the words that compatible hosts have for the same. */
export function readCompletions(told: Fields): Counts {
  const { prompt_tokens_details: prompt, completion_tokens_details: completion } = told
  return fromTotals({
    input: told.prompt_tokens,
    cached:
      asObject(prompt).cached_tokens ??
      told.cached_tokens ??
      told.num_cached_tokens ??
      told.prompt_cache_hit_tokens,
    output: told.completion_tokens,
    reasoning: asObject(completion).reasoning_tokens ?? told.reasoning_tokens,
    all: told.total_tokens,
  })
}

/** OpenAI's responses. */
export function readResponses(told: Fields): Counts {
  return fromTotals({
    input: told.input_tokens,
    cached: asObject(told.input_tokens_details).cached_tokens,
    output: told.output_tokens,
    reasoning: asObject(told.output_tokens_details).reasoning_tokens,
    all: told.total_tokens,
  })
}

/** OpenAI's embeddings. Others tell nothing but the total, which is the same. */
export function readEmbeddings(told: Fields): Counts {
  return fromTotals({ input: told.prompt_tokens ?? told.total_tokens })
}

/** Anthropic's messages: tokens read from a cache, and written to it, are counted apart. */
export function readMessages(told: Fields): Counts {
  const turns = turnsOf(told)
  const input = turns.map(({ input_tokens }) => input_tokens)
  const output = turns.map(({ output_tokens }) => output_tokens)
  const reasoning = toCount(asObject(told.output_tokens_details).thinking_tokens)
  return {
    inputTokens: sum([...input, told.cache_creation_input_tokens]),
    outputTokens: subtract(sum(output), reasoning),
    cachedInputTokens: toCount(told.cache_read_input_tokens),
    reasoningTokens: reasoning,
  }
}

/** Google's Gemini: reasoning is counted apart, and so are the results of tools that run on its side. */
export function readGenerated(told: Fields): Counts {
  const cached = toCount(told.cachedContentTokenCount)
  return {
    inputTokens: subtract(sum([told.promptTokenCount, told.toolUsePromptTokenCount]), cached),
    outputTokens: toCount(told.candidatesTokenCount),
    cachedInputTokens: cached,
    reasoningTokens: toCount(told.thoughtsTokenCount),
  }
}

// The sums leave out what it took to compact the context. What another model advised is none of this one's tokens,
// and where another one has answered in its place the sums are of that one.
function turnsOf(told: Fields): readonly Fields[] {
  const { iterations } = told
  const turns = Array.isArray(iterations) ? iterations.map(asObject) : []
  const own = turns.filter(({ type }) => type === 'message' || type === 'compaction')
  const isFallback = turns.some(({ type }) => type === 'fallback_message')
  return own.length === 0 || isFallback ? [told] : own
}

type Totals = Readonly<
  Partial<Record<'input' | 'cached' | 'output' | 'reasoning' | 'all', unknown>>
>

function fromTotals(totals: Totals): Counts {
  const input = toCount(totals.input)
  const cached = toCount(totals.cached)
  const output = toCount(totals.output)
  const reasoning = toCount(totals.reasoning)
  // xAI counts reasoning apart, which shows in the sum of all.
  const isApart = reasoning !== undefined && toCount(totals.all) === sum([input, output, reasoning])
  return {
    inputTokens: subtract(input, cached),
    outputTokens: isApart ? output : subtract(output, reasoning),
    cachedInputTokens: cached,
    reasoningTokens: reasoning,
  }
}

// A part that is larger than the whole is not within it.
function subtract(total: number | undefined, part = 0): number | undefined {
  return total === undefined || part > total ? total : total - part
}

function sum(counts: readonly unknown[]): number | undefined {
  const known = counts.map(toCount).filter((count) => count !== undefined)
  return known.length === 0 ? undefined : known.reduce((total, count) => total + count, 0)
}

function toCount(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined
}
