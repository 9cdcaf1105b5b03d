import type { CallOptions } from '@retake/core'
import { reviveErrorOf } from './provider-errors.ts'
import { summarize } from './model-summary.ts'
import { withoutMadeUp } from './made-up-names.ts'
import { neutral, without } from './neutral.ts'
import { isPlain } from './pack.ts'
import { withRecordedIds } from './renamed-ids.ts'

type Fields = Readonly<Record<string, unknown>>

/** What chat models and LLMs have in common. */
export interface Model {
  cache?: unknown
  _llmType(): string
  _identifyingParams?(): Fields
  invocationParams?(options: Fields): unknown
  getLsParams?(options: Fields): Fields
}

export interface ModelCall {
  readonly model: Model
  /** A list of messages, or of prompts. */
  readonly input: unknown
  readonly options: Fields
  readonly op: 'generate' | 'stream'
  /** `events`: the stream is one of events, as against chunks. */
  readonly format?: 'events'
  /** Names that LangChain has numbered, among those of the tools. */
  readonly names?: readonly string[]
}

// How an answer comes is told by `op`.
const STREAMING: ReadonlySet<string> = new Set(['stream', 'stream_options', 'streaming'])

// What LangChain and its graphs hand down to every model besides what a caller has set.
const RUNTIME: ReadonlySet<string> = new Set([
  'callbacks',
  'configurable',
  'context',
  'control',
  'executionInfo',
  'interrupt',
  'maxConcurrency',
  'metadata',
  'promptIndex',
  'recursionLimit',
  'runId',
  'runName',
  'runtime',
  'serverInfo',
  'signal',
  'store',
  'streamMode',
  'tags',
  'timeout',
  'writer',
])

/** Describes a call of a model to the seam. */
export function describeModelCall(call: ModelCall): CallOptions {
  const { model, options, op, names = [] } = call
  const about = aboutModel(model, options)
  const { signal } = options
  return {
    kind: 'llm',
    op,
    ...about,
    request: withoutMadeUp(withRecordedIds(modelRequest(call)), names),
    summarize,
    reviveError: reviveErrorOf(model),
    ...(signal instanceof AbortSignal ? { signal } : {}),
  }
}

/** What the answer of a model depends on. */
export function modelRequest({ model, input, options, format }: Omit<ModelCall, 'op'>): Fields {
  return {
    type: model._llmType(),
    ...(format ? { format } : {}),
    input: neutral(input),
    parameters: parametersOf(model, options),
  }
}

/** The name of a model, with its provider. */
export function aboutModel(
  model: Model,
  options: Fields,
): Pick<CallOptions, 'name' | 'model' | 'provider'> {
  const { ls_provider: provider, ls_model_name: id } =
    attempt(() => model.getLsParams?.(options)) ?? {}
  const type = model._llmType()
  const known = typeof provider === 'string' ? provider : type
  if (typeof id !== 'string') return { name: type, provider: known }
  return { name: `${known}/${id}`, provider: known, model: id }
}

function parametersOf(model: Model, options: Fields): unknown {
  const parameters = attempt(() => model.invocationParams?.(options))
  const isKnown = typeof parameters === 'object' && parameters !== null && hasAny(parameters)
  if (isKnown) return neutral(without(parameters, STREAMING))
  // A model that does not tell its parameters: those it was made with, and what its caller has set.
  return { ...attempt(() => model._identifyingParams?.()), ...plainOptions(options) }
}

function plainOptions(options: Fields): Fields {
  const set = Object.entries(without(options, RUNTIME)).filter(([, value]) => isData(value))
  return neutral(Object.fromEntries(set)) as Fields
}

function isData(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) || isPlain(value)
  return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol'
}

function hasAny(value: object): boolean {
  return Object.values(value).some((field) => field !== undefined)
}

// What a model tells of itself must not cost the call.
function attempt<T>(tell: () => T): T | undefined {
  try {
    return tell()
  } catch {
    return undefined
  }
}
