import { asksProvider, isModel } from './model.ts'
import { isPromiseLike } from './promise-like.ts'
import { isWrapped, standIn } from './stand-in.ts'
import { refuseUnrecorded } from './unrecorded.ts'
import { wrapModel } from './wrap-model.ts'

type Callable = (...args: unknown[]) => unknown

const wrapped = new WeakMap<object, object>()

/**
 * A provider, or a registry of providers, whose models are wrapped, whichever way they are asked for.
 *
 * It can be called as before, and keeps all its members: `openai('…')`, `openai.chat('…')`, `openai.tools`.
 */
export function wrapProvider<T extends object>(provider: T): T {
  if (isWrapped(provider)) return provider
  const known = wrapped.get(provider)
  if (known) return known as T
  const members = new WeakMap<Callable, Callable>()
  const standing = standIn(provider, {
    read: (property, value) =>
      typeof value === 'function' && property !== 'constructor'
        ? wrapMember(provider, value as Callable, members)
        : wrapResult(value),
    apply: (args) => wrapResult(Reflect.apply(provider as Callable, undefined, args)),
  })
  wrapped.set(provider, standing)
  return standing
}

function wrapMember(
  provider: object,
  member: Callable,
  members: WeakMap<Callable, Callable>,
): Callable {
  const known = members.get(member)
  if (known) return known
  const standing = standIn(member, {
    read: (_property, value) => value,
    apply: (args) => wrapResult(Reflect.apply(member, provider, args)),
  })
  members.set(member, standing)
  return standing
}

function wrapResult(result: unknown): unknown {
  const isFactory = typeof result === 'function' && isProvider(result)
  if (isFactory) return wrapProvider(result)
  if (typeof result !== 'object' || result === null) return result
  if (isPromiseLike(result)) return result.then(wrapResult)
  if (isModel(result)) return wrapModel(result)
  if (isProvider(result)) return wrapProvider(result)
  return isApi(result) ? wrapApi(result) : result
}

// One that a provider gives, such as that of a region.
function isProvider(value: object): boolean {
  return typeof Reflect.get(value, 'languageModel') === 'function'
}

// Files, skills, batches and realtime: they name their provider as models do, and are none.
function isApi(value: object): value is { readonly provider: string } {
  const { specificationVersion, provider } = value as Partial<Record<string, unknown>>
  return typeof specificationVersion === 'string' && typeof provider === 'string'
}

function wrapApi<T extends { readonly provider: string }>(api: T): T {
  if (isWrapped(api)) return api
  return standIn(api, {
    read: (property, value) =>
      typeof value === 'function' ? refusing(api, property, value as Callable) : value,
  })
}

function refusing(
  api: { readonly provider: string },
  property: PropertyKey,
  member: Callable,
): Callable {
  return (...args) => {
    const what = `${String(property)} of ${api.provider}`
    const error = asksProvider(property) && refuseUnrecorded(what)
    return error ? Promise.reject(error) : Reflect.apply(member, api, args)
  }
}
