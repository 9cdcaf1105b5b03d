import { callModel } from './model-call.ts'
import { asksProvider, isModel, methodOf, type Model, type CallParameters } from './model.ts'
import { isWrapped, standIn } from './stand-in.ts'
import { refuseUnrecorded } from './unrecorded.ts'

type Callable = (...args: unknown[]) => unknown

const wrapped = new WeakMap<object, object>()

/**
 * A model whose calls are recorded and replayed: of language, embedding, reranking, image, speech,
 * transcription or video, of any specification that AI SDK 5, 6 or 7 knows.
 *
 * It keeps its specification and all its members. Wrapping twice makes no difference.
 */
export function wrapModel<T extends object>(model: T): T {
  if (isWrapped(model)) return model
  const known = wrapped.get(model)
  if (known) return known as T
  const standing = standIn(model, { read: readMember(model as T & Model) })
  wrapped.set(model, standing)
  return standing
}

// Methods are made once, and again only when the model got others.
function readMember(model: Model): (property: PropertyKey, value: unknown) => unknown {
  const methods = new Map<PropertyKey, { readonly source: unknown; readonly method: Callable }>()
  return (property, source) => {
    if (typeof source !== 'function' || property === 'constructor') return source
    const known = methods.get(property)
    if (known?.source === source) return known.method
    const method = toMethod(model, property, source as Callable)
    methods.set(property, { source, method })
    return method
  }
}

function toMethod(model: Model, property: PropertyKey, source: Callable): Callable {
  const recordedAs = methodOf(property)
  if (recordedAs === undefined) return toUnrecorded(model, property, source)
  const about = { ...recordedAs, model, method: String(property) }
  return (...args) =>
    callModel(
      about,
      args[0] as CallParameters | undefined,
      () => source.apply(model, args) as PromiseLike<object>,
    )
}

// A method of a later version of the SDK, or one that gives another model.
function toUnrecorded(model: Model, property: PropertyKey, source: Callable): Callable {
  const isCall = asksProvider(property)
  return (...args) => {
    const error = isCall && refuseUnrecorded(`${String(property)} of ${model.provider}`)
    if (error) return Promise.reject(error)
    const result = source.apply(model, args)
    return isModel(result) ? wrapModel(result) : result
  }
}
