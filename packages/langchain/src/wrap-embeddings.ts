import { recorded } from '@retake/core'
import { linksOf } from './class-chain.ts'
import { defineHidden } from './hook.ts'

interface Embeddings {
  readonly model?: unknown
  readonly modelName?: unknown
  readonly dimensions?: unknown
}

interface Request {
  readonly method: string
  readonly input: unknown
  /** What a method is given besides. */
  readonly rest?: readonly unknown[]
  readonly dimensions?: unknown
}

type Embed = (input: unknown, ...rest: unknown[]) => Promise<unknown>

const wrapped = new WeakSet<object>()

/**
 * Records and serves the calls of embeddings, which LangChain has neither callbacks nor a base method for: `embedQuery`,
 * `embedDocuments`, and what a class has besides, such as `embedMedia`. Gives back the embeddings themselves.
 *
 * @throws {TypeError} when they are frozen.
 */
export function retakeEmbeddings<T extends object>(embeddings: T): T {
  if (wrapped.has(embeddings)) return embeddings
  for (const method of methodsOf(embeddings)) hookMethod(embeddings, method)
  wrapped.add(embeddings)
  return embeddings
}

function methodsOf(embeddings: object): ReadonlySet<string> {
  const names = linksOf(embeddings).flatMap((link) => Object.getOwnPropertyNames(link))
  const methods = names.filter(
    (name) => /^embed[A-Z]/.test(name) && typeof Reflect.get(embeddings, name) === 'function',
  )
  return new Set(methods)
}

function hookMethod(embeddings: Embeddings, method: string): void {
  const original = Reflect.get(embeddings, method) as Embed
  const { dimensions } = embeddings
  const model = embeddings.model ?? embeddings.modelName
  const name = typeof model === 'string' ? model : embeddings.constructor.name
  const embed = ({ input, rest = [] }: Request) => original.call(embeddings, input, ...rest)
  const record = recorded('embedding', name, embed, { model: name })
  defineHidden(embeddings, method, (input: unknown, ...rest: unknown[]) =>
    record({
      method,
      input,
      ...(rest.length > 0 ? { rest } : {}),
      ...(dimensions === undefined ? {} : { dimensions }),
    }),
  )
}
