// What a package of a provider makes of an answer besides what the model said in it, which it does in each
// major in its own way; what is made up by the SDK; and what our tools measure.
const ASIDE = new Set([
  'request',
  'response',
  'providerMetadata',
  'callProviderMetadata',
  'resultProviderMetadata',
  'rawFinishReason',
  'warnings',
  'inputTokenDetails',
  'outputTokenDetails',
  'reasoningTokens',
  'cachedInputTokens',
  'raw',
  'timestamp',
  'id',
  'messageId',
  'callId',
  'approvalId',
  'dynamic',
  'title',
  'degrees',
])

// Parts of streams that hold nothing that the model said.
const ASIDE_PARTS = new Set<unknown>(['custom', 'raw'])

export interface MeaningOptions {
  /** Whether the packages of the provider count tokens alike in each major. */
  readonly hasUsage: boolean
}

/** What a result says, without what depends on who brought it about. */
export function meaningOf(result: unknown, options: MeaningOptions): unknown {
  if (Array.isArray(result)) {
    return result.filter((part) => !isAside(part)).map((part) => meaningOf(part, options))
  }
  if (typeof result !== 'object' || result === null) return result
  const kept = Object.entries(result).filter(
    ([key, value]) => !(ASIDE.has(key) || isUsage(key, options) || value === 'undefined'),
  )
  return Object.fromEntries(kept.map(([key, value]) => [key, meaningOf(value, options)]))
}

function isUsage(key: string, { hasUsage }: MeaningOptions): boolean {
  return !hasUsage && (key === 'usage' || key === 'totalUsage')
}

function isAside(part: unknown): boolean {
  return typeof part === 'object' && part !== null && ASIDE_PARTS.has(Reflect.get(part, 'type'))
}
