import { currentScope, newId, openSpan, runInScope, type Scope } from '@retake/core/adapter'
import { armManager } from './arm-manager.ts'
import { knowContext } from './attach.ts'
import { classesOf, type Classes } from './classes.ts'
import { inCoverage, type Coverage } from './coverage.ts'
import { hookModel, type ModelBase } from './hook-model.ts'
import { hookRetriever } from './hook-retriever.ts'
import { hasEntered, hookTool, type Tool } from './hook-tool.ts'
import { patchMethod, type Method } from './hook.ts'
import { OWN_MODULES, requiredModules, type LangChainModules } from './langchain-modules.ts'
import type { Model } from './model-call.ts'
import { watchForCopies } from './find-copies.ts'
import { armLateCalls } from './late-call.ts'
import { armGraphs } from './graphs.ts'
import { refuseUncovered } from './refusal.ts'
import { knowSingletons } from './shared-storage.ts'

type Kind = Coverage['kind']
type Arm = (instance: object) => void

/**
 * Arms the base classes of LangChain: what is made of them is recorded and served inside of sessions, and is
 * left alone outside. Arming twice makes no difference.
 *
 * @param modules the modules of a copy of `@langchain/core` that cannot be found, such as one in a bundle.
 * By default the copy that is imported, those that were loaded with `require`, and each other one at its first call.
 */
export function instrumentLangChain(modules?: Partial<LangChainModules>): void {
  if (modules) return instrumentCopy(otherCopy(modules))
  instrumentCopy(OWN_MODULES)
  armFoundCopies()
  for (const required of requiredModules()) instrumentCopy(otherCopy(required))
  armGraphs()
}

/** Arms each copy that shows itself from now on. */
export function armFoundCopies(): void {
  watchForCopies((found) => instrumentCopy(otherCopy(found)))
}

// What is not given is taken from this package's own copy, but for what would say of the other one that it is armed.
function otherCopy(modules: Partial<LangChainModules>): LangChainModules {
  return { ...OWN_MODULES, managers: {}, singletons: {}, ...modules }
}

const classesByBase = new WeakMap<object, Classes>()

/** The classes of the copy that a base class belongs to, once that copy is armed. */
export function classesOfBase(prototype: object): Classes | undefined {
  return classesByBase.get(prototype)
}

function instrumentCopy(modules: LangChainModules): void {
  const classes = classesOf(modules)
  const chatModel = prototypeOf(modules.chatModels, 'BaseChatModel')
  const llm = prototypeOf(modules.llms, 'BaseLLM')
  const tool = prototypeOf(modules.tools, 'StructuredTool')
  const retriever = prototypeOf(modules.retrievers, 'BaseRetriever')
  for (const prototype of [chatModel, llm].filter((found) => found !== undefined)) {
    const base = { prototype, classes }
    armModel(prototype, base)
    armLateCalls(prototype, MODEL_ENTRIES, (instance) => hookModel(instance as Model, base))
  }
  if (tool) armTool(tool, classes)
  if (retriever) {
    armRetriever(retriever, classes)
    armLateCalls(retriever, ['invoke'], (instance) => hookRetriever(instance, classes))
  }
  knowSingletons(modules.singletons)
  for (const prototype of [chatModel, llm, tool, retriever])
    if (prototype) classesByBase.set(prototype, classes)
  knowContext(modules.context, armManager(modules.managers))
}

const MODEL_ENTRIES = ['generate', '_streamIterator', 'streamEvents']

/** Arms a model, or a class of models. */
export function armModel(target: object, base: ModelBase): void {
  const arm: Arm = (instance) => hookModel(instance as Model, base)
  patchMethod(target, 'generate', armCall('model', arm, withRunId))
  patchMethod(target, '_streamIterator', armIterator(arm))
  patchMethod(target, 'streamEvents', armCall('model', arm))
}

/** Arms a tool, or a class of tools. */
export function armTool(target: object, classes: Classes): void {
  patchMethod(
    target,
    'call',
    armToolCall((instance) => hookTool(instance as Tool, classes)),
  )
}

/** Arms a retriever, or a class of retrievers. */
export function armRetriever(target: object, classes: Classes): void {
  patchMethod(
    target,
    'invoke',
    armCall('retriever', (instance) => hookRetriever(instance, classes)),
  )
}

function armCall(kind: Kind, arm: Arm, prepare = asGiven): (original: Method) => Method {
  return (original) =>
    function (this: object, ...args) {
      if (!isArmed(kind, this, arm)) return original.apply(this, args)
      const prepared = prepare(args) as never[]
      return inCoverage({ kind, options: prepared[1] }, () => original.apply(this, prepared))
    }
}

// A generator runs when it is read, maybe by somebody else: it is read in the scope in which it was made.
function armIterator(arm: Arm): (original: Method) => Method {
  return (original) =>
    function (this: object, ...args) {
      const scope = currentScope()
      if (!isArmed('model', this, arm)) return original.apply(this, args)
      const prepared = withRunId(args) as never[]
      const iterator = original.apply(this, prepared) as AsyncGenerator
      return within(iterator, scope, { kind: 'model', options: prepared[1] })
    }
}

const asGiven = (args: readonly unknown[]) => args

// Without one LangChain asks the system for random bytes each time, a tenth of what recording a call costs.
function withRunId([input, options, ...rest]: readonly unknown[]): readonly unknown[] {
  const given = (options ?? {}) as { readonly runId?: unknown }
  const isSet = Array.isArray(given) || given.runId !== undefined
  return [input, isSet ? options : { ...given, runId: newId() }, ...rest]
}

function armToolCall(arm: Arm): (original: Method) => Method {
  return (original) =>
    function (this: object, ...args) {
      if (!isArmed('tool', this, arm)) return original.apply(this, args)
      const coverage: Coverage = { kind: 'tool' }
      const result = inCoverage(coverage, () => original.apply(this, args)) as Promise<unknown>
      return noteRefused(result, coverage, this as Tool)
    }
}

/** Whether the calls of an instance are recorded or served. Outside of sessions none are. */
function isArmed(kind: Kind, instance: object, arm: Arm): boolean {
  if (currentScope() === undefined) return false
  try {
    arm(instance)
    return true
  } catch (error) {
    refuseUncovered(kind, instance.constructor.name, `it takes no hooks (${String(error)})`)
    return false
  }
}

// Input that does not fit the schema of a tool is refused before any callback knows of it.
async function noteRefused(
  result: Promise<unknown>,
  coverage: Coverage,
  tool: Tool,
): Promise<unknown> {
  const scope = currentScope()
  try {
    return await result
  } catch (error) {
    if (scope && isSchemaError(error) && !hasEntered(coverage)) noteSchemaError(scope, tool, error)
    throw error
  }
}

function noteSchemaError(scope: Scope, { name }: Tool, { message }: Error): void {
  openSpan(scope, { kind: 'tool', name, attributes: { error: message } }).end('error')
}

function isSchemaError(error: unknown): error is Error {
  return error instanceof Error && 'output' in error
}

// The call is made in the first step: only that one needs to know that it is covered.
function within(
  iterator: AsyncGenerator,
  scope: Scope | undefined,
  coverage: Coverage,
): AsyncGenerator {
  let isFirst = true

  function next(value: unknown): Promise<IteratorResult<unknown>> {
    if (!isFirst) return runInScope(scope, advance, value)
    isFirst = false
    return runInScope(scope, () => inCoverage(coverage, () => advance(value)))
  }

  const advance = (value: unknown) => iterator.next(value)
  const wrapped = {
    next,
    return: (value: unknown) => runInScope(scope, () => iterator.return(value)),
    throw: (error: unknown) => runInScope(scope, () => iterator.throw(error)),
    [Symbol.asyncIterator]: () => wrapped,
    [Symbol.asyncDispose]: async () => void (await wrapped.return(undefined)),
  } as AsyncGenerator
  return wrapped
}

function prototypeOf(module: object, name: string): object | undefined {
  const found: unknown = Reflect.get(module, name)
  return typeof found === 'function' ? (found.prototype as object) : undefined
}
