import type { EndState, Usage } from '@retake/core'

/** A duration as people read it: `820 ms`, `3.4 s`, `2 min 5 s`. */
export function formatMs(ms: number | undefined): string {
  if (ms === undefined || !Number.isFinite(ms)) return ''
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`
  const seconds = Math.round(ms / 1_000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** An amount of money in USD: `$0.0042`. Empty for none. */
export function formatUsd(costUsd: number | undefined): string {
  if (costUsd === undefined || costUsd === 0) return ''
  return `$${costUsd.toFixed(costUsd < 1 ? 4 : 2)}`
}

/** Tokens in and out: `1204 + 88 tokens`. Empty for none. */
export function formatTokens(usage: Usage | undefined): string {
  if (usage === undefined) return ''
  const { inputTokens = 0, cachedInputTokens = 0, outputTokens = 0, reasoningTokens = 0 } = usage
  const [read, written] = [inputTokens + cachedInputTokens, outputTokens + reasoningTokens]
  return read + written === 0 ? '' : `${read} + ${written} tokens`
}

/** The time of day, or the day as well when it is another one. Local. */
export function formatTime(iso: string, now: Date = new Date()): string {
  const time = new Date(iso)
  if (Number.isNaN(time.getTime())) return iso
  const clock = time.toTimeString().slice(0, 8)
  const day = [time.getFullYear(), time.getMonth() + 1, time.getDate()]
  const text = day.map((part) => String(part).padStart(2, '0')).join('-')
  return time.toDateString() === now.toDateString() ? clock : `${text} ${clock}`
}

/** One line of at most `width` characters. */
export function clip(text: string, width: number): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > width ? `${line.slice(0, Math.max(0, width - 1))}…` : line
}

/** The colour of a state. */
export function stateColor(state: EndState): 'green' | 'red' | 'yellow' {
  if (state === 'success') return 'green'
  return state === 'failure' ? 'red' : 'yellow'
}
