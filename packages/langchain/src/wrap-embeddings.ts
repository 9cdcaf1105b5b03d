import { recorded } from '@retake/core'
import { defineHidden } from './hook.ts'

interface Embeddings {
  readonly model?: unknown
  readonly modelName?: unknown
  readonly dimensions?: unknown
  embedQuery(text: string): Promise<number[]>
  embedDocuments(texts: string[]): Promise<number[][]>
}

const wrapped = new WeakSet<object>()

/**
 * Records and serves the calls of embeddings, which LangChain has neither callbacks nor a base method for.
 * Gives back the embeddings themselves.
 *
 * @throws {TypeError} when they are frozen.
 */
export function retakeEmbeddings<T extends object>(embeddings: T): T {
  if (wrapped.has(embeddings)) return embeddings
  const target = embeddings as T & Embeddings
  for (const method of ['embedQuery', 'embedDocuments'] as const) hookMethod(target, method)
  wrapped.add(embeddings)
  return embeddings
}

function hookMethod(
  embeddings: Embeddings & object,
  method: 'embedQuery' | 'embedDocuments',
): void {
  const original = embeddings[method] as (input: unknown) => Promise<unknown>
  const { dimensions } = embeddings
  const model = embeddings.model ?? embeddings.modelName
  const name = typeof model === 'string' ? model : embeddings.constructor.name
  const embed = (request: {
    readonly method: string
    readonly input: unknown
    readonly dimensions?: unknown
  }) => original.call(embeddings, request.input)
  const record = recorded('embedding', name, embed, { model: name })
  defineHidden(embeddings, method, (input: unknown) =>
    record(dimensions === undefined ? { method, input } : { method, input, dimensions }),
  )
}
