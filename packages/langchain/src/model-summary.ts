import type { CallSummary, Encoded, Outcome, StreamOutcome, Usage } from '@retake/core'

type Fields = Readonly<Record<string, unknown>>

/** What a stored answer of a model tells: tokens, why it ended, which tools it called, how soon it began. */
export function summarize({ value, stream }: Outcome): CallSummary {
  // What is stored in a short form tells nothing that the whole chunk before it does not.
  const parts = stream?.parts.filter((part) => typeof part === 'object') ?? []
  const messages = stream ? parts.map(messageOfPart) : messagesOf(value)
  const events = parts.map((part) => asObject(asObject(part).chunk))
  const usage = usageOf(stream ? [...messages, ...events] : messages.slice(0, 1))
  const attributes = {
    finishReason: findLast(messages, finishReasonOf) ?? findLast(events, ({ reason }) => reason),
    responseModel: findLast(messages, modelOf),
    toolCalls: toolCallsOf(messages),
    firstChunkMs: stream && firstChunkMs(stream),
  }
  const known = Object.entries(attributes).filter(([, attribute]) => attribute !== undefined)
  return { ...(usage ? { usage } : {}), attributes: Object.fromEntries(known) }
}

function messagesOf(value: Encoded | undefined): readonly Fields[] {
  const { generations } = asObject(value)
  return asList(generations).map((generation) => fieldsOf(asObject(unwrap(generation)).message))
}

function messageOfPart(part: Encoded): Fields {
  return fieldsOf(asObject(unwrap(asObject(part).chunk)).message)
}

// Classes are packed as their name and their fields.
function unwrap(packed: unknown): unknown {
  const { fields } = asObject(packed)
  return fields ?? packed
}

function fieldsOf(message: unknown): Fields {
  return asObject(unwrap(message))
}

/**
 * Sums of disjoint counts. LangChain counts cached and reasoning tokens within the totals, and tells the
 * tokens of a stream in one chunk or in several that add up.
 */
function usageOf(carriers: readonly Fields[]): Usage | undefined {
  const told = carriers
    .map(({ usage_metadata, usage }) => asObject(usage_metadata ?? usage))
    .filter(isTold)
  if (told.length === 0) return undefined
  const cachedInputTokens = sum(told, (usage) => asObject(usage.input_token_details).cache_read)
  const reasoningTokens = sum(told, (usage) => asObject(usage.output_token_details).reasoning)
  return {
    inputTokens: sum(told, ({ input_tokens }) => input_tokens) - cachedInputTokens,
    outputTokens: sum(told, ({ output_tokens }) => output_tokens) - reasoningTokens,
    ...(cachedInputTokens > 0 ? { cachedInputTokens } : {}),
    ...(reasoningTokens > 0 ? { reasoningTokens } : {}),
  }
}

function isTold({ input_tokens, output_tokens }: Fields): boolean {
  return typeof input_tokens === 'number' || typeof output_tokens === 'number'
}

function sum(told: readonly Fields[], count: (usage: Fields) => unknown): number {
  return told.reduce((total, usage) => total + (Number(count(usage)) || 0), 0)
}

function finishReasonOf({ response_metadata, additional_kwargs }: Fields): unknown {
  const told = { ...asObject(additional_kwargs), ...asObject(response_metadata) }
  return told.finish_reason ?? told.stop_reason ?? undefined
}

function modelOf({ response_metadata }: Fields): unknown {
  const { model_name: name, model } = asObject(response_metadata)
  return name ?? model
}

function toolCallsOf(messages: readonly Fields[]): readonly Fields[] | undefined {
  const calls = messages
    .flatMap(({ tool_calls: whole, tool_call_chunks: chunks }) => asList(chunks ?? whole))
    .map(asObject)
    .filter(({ name }) => typeof name === 'string' && name !== '')
    .map(({ id, name }) => ({ id, name }))
  return calls.length > 0 ? calls : undefined
}

function firstChunkMs({ parts, ms }: StreamOutcome): number | undefined {
  const first = parts.findIndex((part) => {
    const { text, fields, event } = asObject(asObject(part).chunk)
    return (
      Boolean(typeof part === 'string' ? part : (text ?? asObject(fields).text)) ||
      event === 'content-block-delta'
    )
  })
  return first < 0 ? undefined : ms?.[first]
}

function findLast(
  messages: readonly Fields[],
  tell: (message: Fields) => unknown,
): string | undefined {
  const found = messages.map(tell).findLast((told) => typeof told === 'string')
  return typeof found === 'string' ? found : undefined
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function asObject(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : {}
}
