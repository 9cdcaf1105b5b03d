import { AGENTS, FUNCTIONS, UNRECORDED, type EntryPoint } from './entry-points.ts'
import { reviveErrorsOf } from './error-classes.ts'
import { inOperation } from './operation.ts'
import { isModel } from './model.ts'
import { resolveModel, type Namespace } from './resolve-model.ts'
import { isWrapped, standIn } from './stand-in.ts'
import { wrapUiStream } from './ui-stream.ts'
import { refuseUnrecorded } from './unrecorded.ts'
import { wrapAgent, type AgentClass } from './wrap-agent.ts'
import { functionIdOf, wrapOptions, type Options } from './wrap-options.ts'

type SdkFunction = (options: Options, ...rest: unknown[]) => unknown

const wrapped = new WeakMap<object, object>()

/**
 * The AI SDK with its functions and agents wrapped: `const { generateText, streamText } = wrapAISDK(ai)`.
 *
 * Each call is a span with its steps, and the models and tools that are handed to it are wrapped.
 */
export function wrapAISDK<T extends object>(ai: T): T {
  const known = wrapped.get(ai)
  if (known) return known as T
  reviveErrorsOf(ai)
  const namespace = ai as Namespace
  const own = {
    ...namespace,
    ...wrapFunctions(namespace),
    ...wrapUnrecorded(namespace),
    ...wrapAgents(namespace),
    ...wrapStreams(namespace),
  }
  keepModuleMark(ai, own)
  wrapped.set(ai, own).set(own, own)
  return own as T
}

// Compiled imports of a CommonJS module ask for it, and it is not enumerable.
function keepModuleMark(ai: object, own: object): void {
  const mark = Object.getOwnPropertyDescriptor(ai, '__esModule')
  if (mark) Object.defineProperty(own, '__esModule', mark)
}

function wrapFunctions(ai: Namespace): Namespace {
  return mapKnown(ai, FUNCTIONS, (name, entry, value) =>
    wrapFunction(name, entry, value as SdkFunction, ai),
  )
}

function wrapUnrecorded(ai: Namespace): Namespace {
  return mapKnown(ai, UNRECORDED, (name, gives, value) =>
    standIn(value as SdkFunction, {
      read: (_property, member) => member,
      apply(args) {
        const error = refuseUnrecorded(name)
        if (error && gives === 'promise') return Promise.reject(error)
        if (error) throw error
        return (value as (...given: unknown[]) => unknown)(...args)
      },
    }),
  )
}

function wrapAgents(ai: Namespace): Namespace {
  return mapKnown(ai, AGENTS, (_name, entry, value) => wrapAgent(value as AgentClass, entry, ai))
}

function wrapStreams({ createUIMessageStream: create }: Namespace): Namespace {
  if (typeof create !== 'function' || isWrapped(create)) return {}
  return { createUIMessageStream: wrapUiStream(create as Parameters<typeof wrapUiStream>[0]) }
}

function mapKnown<T>(
  ai: Namespace,
  table: Readonly<Record<string, T>>,
  wrap: (name: string, entry: T, value: object) => unknown,
): Namespace {
  const members = Object.entries(table).flatMap(([name, entry]) => {
    const value = ai[name]
    return typeof value === 'function' && !isWrapped(value)
      ? [[name, wrap(name, entry, value)]]
      : []
  })
  return Object.fromEntries(members) as Namespace
}

function wrapFunction(
  operation: string,
  entry: EntryPoint,
  fn: SdkFunction,
  ai: Namespace,
): SdkFunction {
  const { hasSteps = false, isBare } = entry
  return standIn(fn, {
    read: (_property, value) => value,
    apply(args) {
      const [given, ...rest] = args as [Options | undefined, ...unknown[]]
      if (given === undefined) return fn(...(args as Parameters<SdkFunction>))
      // Some take the model first, and their options after it.
      const isPlain = typeof given === 'object' && !isModel(given)
      const first = isPlain ? wrapOptions(given, entry, ai) : resolveModel(given, entry, ai)
      const run = () => fn(first as Options, ...rest)
      const id = isPlain ? functionIdOf(given) : undefined
      return isBare
        ? run()
        : inOperation({ operation, hasSteps, ...(id === undefined ? {} : { id }) }, run)
    },
  })
}
