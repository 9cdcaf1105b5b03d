import type { CallOptions } from '@retake/core'

/** What all models of the AI SDK have in common, whatever they do and whichever specification they follow. */
export interface Model {
  readonly specificationVersion: string
  readonly provider: string
  readonly modelId: string
}

/** CallParameters of a call. */
export type CallParameters = Readonly<Record<string, unknown>>

type Method = Pick<CallOptions, 'kind'> & Required<Pick<CallOptions, 'op'>>

// The methods by which the AI SDK calls its models: language, embedding, reranking, image, speech,
// transcription, translation, video, decision and extraction.
const METHODS: ReadonlyMap<PropertyKey, Method> = new Map<PropertyKey, Method>([
  ['doGenerate', { kind: 'llm', op: 'generate' }],
  ['doStream', { kind: 'llm', op: 'stream' }],
  ['doGenerateFromUrl', { kind: 'llm', op: 'generate' }],
  ['doEmbed', { kind: 'embedding', op: 'generate' }],
  ['doRerank', { kind: 'rerank', op: 'generate' }],
  ['doStart', { kind: 'llm', op: 'generate' }],
  ['doStatus', { kind: 'llm', op: 'generate' }],
  ['doDecide', { kind: 'llm', op: 'generate' }],
  ['doEvaluate', { kind: 'llm', op: 'generate' }],
  ['doExtract', { kind: 'llm', op: 'generate' }],
])

/** How calls of a method are recorded; `undefined` where it does not call a provider. */
export function methodOf(property: PropertyKey): Method | undefined {
  return METHODS.get(property)
}

/** Whether a method asks a provider, by its name. */
export function asksProvider(property: PropertyKey): boolean {
  return /^(?:do|upload|download|delete|create|cancel|list)(?:[A-Z]|$)|^get(?:File|Batch|Token|Client)/.test(
    String(property),
  )
}

/** Whether a value is a model of the AI SDK. */
export function isModel(value: unknown): value is Model {
  if (typeof value !== 'object' || value === null) return false
  const { specificationVersion, modelId } = value as Partial<Model>
  if (typeof specificationVersion !== 'string' || typeof modelId !== 'string') return false
  return [...METHODS.keys()].some((method) => typeof Reflect.get(value, method) === 'function')
}
