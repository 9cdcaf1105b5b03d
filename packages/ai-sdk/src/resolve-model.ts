import type { EntryPoint } from './entry-points.ts'
import { wrapModel } from './wrap-model.ts'

/** The exports of `ai`. */
export type Namespace = Readonly<Record<string, unknown>>

type Factories = Readonly<Record<string, unknown>>
type Factory = (modelId: string) => object

/** Wraps a model, or the one that an id stands for. */
export function resolveModel(model: unknown, { factories }: EntryPoint, ai: Namespace): unknown {
  if (typeof model === 'string') return modelOfId(model, factories, ai) ?? model
  return typeof model === 'object' && model !== null ? wrapModel(model) : model
}

/**
 * Stands for the model of an id. It is looked up where the SDK looks it up, and no sooner than a call is
 * made, because an agent may be made before the app has set its default provider.
 */
function modelOfId(
  modelId: string,
  factories: readonly string[],
  ai: Namespace,
): object | undefined {
  if (findFactory(providerOf(ai), factories) === undefined) return undefined
  let known: { readonly provider: Factories; readonly model: object } | undefined

  function resolve(): object {
    const provider = providerOf(ai)
    if (known?.provider !== provider) {
      const factory = findFactory(provider, factories) as Factory
      known = { provider, model: wrapModel(factory.call(provider, modelId)) }
    }
    return known.model
  }

  return new Proxy(
    {},
    {
      get: (_blank, property): unknown => Reflect.get(resolve(), property),
      has: (_blank, property) => Reflect.has(resolve(), property),
    },
  )
}

function providerOf({ gateway }: Namespace): Factories {
  const globals = globalThis as { AI_SDK_DEFAULT_PROVIDER?: Factories }
  return globals.AI_SDK_DEFAULT_PROVIDER ?? (gateway as Factories)
}

function findFactory(provider: Factories, factories: readonly string[]): unknown {
  return factories.map((name) => provider[name]).find((factory) => typeof factory === 'function')
}
