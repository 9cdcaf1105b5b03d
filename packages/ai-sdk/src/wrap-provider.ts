import { isModel } from './model.ts'
import { isWrapped, standIn } from './stand-in.ts'
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
        : value,
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
  return isModel(result) ? wrapModel(result) : result
}
