import type { CallSummary, Encoded, Outcome, StreamOutcome } from '@retake/core'
import { readUsage } from './usage.ts'

type Fields = Readonly<Record<string, unknown>>

// What a model says, as against what a stream tells about it: deltas of all kinds, and what comes whole.
const CONTENT =
  /-delta$|^(?:audio|file|reasoning-file|source|tool-call|transcript-(?:partial|final))$/

/** What a stored outcome of a model tells: tokens, why it ended, which tools it called, how soon it began. */
export function summarize({ value, stream }: Outcome): CallSummary {
  const parts = stream?.parts.map(asObject)
  const answer = asObject(value)
  const end = parts?.findLast(({ type }) => type === 'finish') ?? answer
  const response = parts?.findLast(({ type }) => type === 'response-metadata') ?? answer.response
  const usage = readUsage(end.usage)
  const attributes = {
    finishReason: finishReasonOf(end.finishReason),
    responseModel: textOf(asObject(response).modelId),
    toolCalls: toolCallsIn(parts ?? answer.content),
    firstChunkMs: stream && firstChunkMs(stream),
  }
  const known = Object.entries(attributes).filter(([, attribute]) => attribute !== undefined)
  const hasFailed =
    attributes.finishReason === 'error' || parts?.some(({ type }) => type === 'error') === true
  return {
    ...(usage ? { usage } : {}),
    attributes: Object.fromEntries(known),
    ...(hasFailed && { hasFailed }),
  }
}

function firstChunkMs({ parts, ms }: StreamOutcome): number | undefined {
  const first = parts.findIndex((part) => CONTENT.test(String(asObject(part).type)))
  return first < 0 ? undefined : ms?.[first]
}

// Up to v2 it is a text, from v3 on an object with the provider's own word besides.
function finishReasonOf(reason: unknown): string | undefined {
  return textOf(isObject(reason) ? reason.unified : reason)
}

function toolCallsIn(content: unknown): readonly Encoded[] | undefined {
  if (!Array.isArray(content)) return undefined
  const calls = content.map(asObject).filter(({ type }) => type === 'tool-call')
  if (calls.length === 0) return undefined
  return calls.map(({ toolCallId, toolName }) => ({
    id: textOf(toolCallId) ?? '',
    name: textOf(toolName) ?? '',
  }))
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function asObject(value: unknown): Fields {
  return isObject(value) ? value : {}
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
