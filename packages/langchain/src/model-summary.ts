import type { CallSummary, Encoded, Outcome, StreamOutcome, Usage } from '@retake/core'

type Fields = Readonly<Record<string, unknown>>

/** What has been told so far. */
interface Told {
  usage?: Usage
  finishReason?: string
  /** Why a stream of events ended, where no message says so. */
  eventReason?: string
  responseModel?: string
  toolCalls?: Fields[]
}

/**
 * What a stored answer of a model tells: tokens, why it ended, which tools it called, how soon it began.
 *
 * In one pass, since it is done for every answer.
 */
export function summarize({ value, stream }: Outcome): CallSummary {
  const told: Told = {}
  if (stream) noteParts(told, stream.parts)
  else noteGenerations(told, asList(asObject(value).generations))
  const attributes: Record<string, unknown> = {}
  const finishReason = told.finishReason ?? told.eventReason
  const firstMs = stream && firstChunkMs(stream)
  if (finishReason !== undefined) attributes.finishReason = finishReason
  if (told.responseModel !== undefined) attributes.responseModel = told.responseModel
  if (told.toolCalls !== undefined) attributes.toolCalls = told.toolCalls
  if (firstMs !== undefined) attributes.firstChunkMs = firstMs
  return told.usage ? { usage: told.usage, attributes } : { attributes }
}

// Several generations are told the tokens of all of them, each.
function noteGenerations(told: Told, generations: readonly unknown[]): void {
  for (const [index, generation] of generations.entries()) {
    const message = fieldsOf(fieldsOf(generation).message)
    if (index === 0) noteUsage(told, message.usage_metadata ?? message.usage)
    noteMessage(told, message)
  }
}

function noteParts(told: Told, parts: readonly Encoded[]): void {
  // What is stored in a short form tells nothing that the whole chunk before it does not.
  for (const part of parts.filter((part) => typeof part === 'object')) {
    const chunk = asObject(asObject(part).chunk)
    const message = fieldsOf(fieldsOf(chunk).message)
    noteUsage(told, message.usage_metadata ?? message.usage)
    noteMessage(told, message)
    // Of a stream of events.
    noteUsage(told, chunk.usage_metadata ?? chunk.usage)
    if (typeof chunk.reason === 'string') told.eventReason = chunk.reason
  }
}

function noteMessage(told: Told, message: Fields): void {
  const { response_metadata, additional_kwargs, tool_calls, tool_call_chunks } = message
  const metadata = asObject(response_metadata)
  const finishReason = finishReasonOf(metadata, asObject(additional_kwargs))
  const model = metadata.model_name ?? metadata.model
  if (typeof finishReason === 'string') told.finishReason = finishReason
  if (typeof model === 'string') told.responseModel = model
  for (const call of asList(tool_call_chunks ?? tool_calls)) {
    const { id, name } = asObject(call)
    if (typeof name === 'string' && name !== '') (told.toolCalls ??= []).push({ id, name })
  }
}

function finishReasonOf(metadata: Fields, extra: Fields): unknown {
  return metadata.finish_reason ?? extra.finish_reason ?? metadata.stop_reason ?? extra.stop_reason
}

/**
 * Adds up disjoint counts. LangChain counts cached and reasoning tokens within the totals, and tells the
 * tokens of a stream in one chunk or in several that add up.
 */
function noteUsage(told: Told, given: unknown): void {
  const { input_tokens, output_tokens, input_token_details, output_token_details } = asObject(given)
  if (typeof input_tokens !== 'number' && typeof output_tokens !== 'number') return
  const cached = countOf(asObject(input_token_details).cache_read)
  const reasoning = countOf(asObject(output_token_details).reasoning)
  const { usage = {} } = told
  const cachedInputTokens = (usage.cachedInputTokens ?? 0) + cached
  const reasoningTokens = (usage.reasoningTokens ?? 0) + reasoning
  told.usage = {
    inputTokens: (usage.inputTokens ?? 0) + countOf(input_tokens) - cached,
    outputTokens: (usage.outputTokens ?? 0) + countOf(output_tokens) - reasoning,
    ...(cachedInputTokens > 0 ? { cachedInputTokens } : {}),
    ...(reasoningTokens > 0 ? { reasoningTokens } : {}),
  }
}

function countOf(given: unknown): number {
  return Number(given) || 0
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

// Classes are packed as their name and their fields.
function fieldsOf(packed: unknown): Fields {
  const { fields } = asObject(packed)
  return asObject(fields ?? packed)
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function asObject(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : {}
}
