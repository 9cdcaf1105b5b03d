import type { ToolPolicy } from '@retake/core'
import { classesOf, type Classes } from './classes.ts'
import { chainTo, lastWith } from './class-chain.ts'
import { revealCopyOf } from './find-copies.ts'
import { hookModel } from './hook-model.ts'
import { hookRetriever } from './hook-retriever.ts'
import { hookTool, setPolicy, type Tool } from './hook-tool.ts'
import { armFoundCopies, armModel, armRetriever, armTool, classesOfBase } from './instrument.ts'
import { OWN_MODULES, type LangChainModules } from './langchain-modules.ts'
import type { Model } from './model-call.ts'

/**
 * Arms a model, its class and its copy of LangChain, where these cannot be found: its calls are recorded and served, and
 * so are those of what is made of it by `bindTools`, `withConfig`, `withStructuredOutput` and agents.
 *
 * @param modules those of the model's copy, whose classes its answers have. By default it is asked for them.
 * @returns the model itself.
 * @throws {TypeError} when it cannot be given hooks, since it is frozen.
 */
export function retakeModel<T extends object>(model: T, modules?: Partial<LangChainModules>): T {
  const prototype = basePrototypeOf(model)
  const base = { prototype, classes: classesFor(model, prototype, modules) }
  hookModel(model as T & Model, base)
  for (const link of chainTo(prototype, model)) armModel(link, base)
  return model
}

export interface RetakeToolOptions {
  /**
   * How a replay treats the tool: `live` runs it and serves the calls it makes, `compare` tells besides
   * whether it gave the same.
   *
   * @default 'serve'
   */
  readonly policy?: ToolPolicy
  /** The modules of the tool's copy of `@langchain/core`. */
  readonly modules?: Partial<LangChainModules>
}

/** Arms a tool, its class and its copy of LangChain, or sets how a replay treats it. Gives back the tool itself. */
export function retakeTool<T extends object>(
  tool: T,
  { policy, modules }: RetakeToolOptions = {},
): T {
  const prototype = lastWith(tool, ['call', 'invoke'])
  const classes = classesFor(tool, prototype, modules)
  if (policy) setPolicy(tool, policy)
  hookTool(tool as T & Tool, classes)
  armTool(prototype, classes)
  armTool(tool, classes)
  return tool
}

/** Arms a retriever, its class and its copy of LangChain. Gives back the retriever itself. */
export function retakeRetriever<T extends object>(
  retriever: T,
  modules?: Partial<LangChainModules>,
): T {
  const prototype = lastWith(retriever, ['invoke', '_getRelevantDocuments'])
  const classes = classesFor(retriever, prototype, modules)
  hookRetriever(retriever, classes)
  for (const link of chainTo(prototype, retriever)) armRetriever(link, classes)
  return retriever
}

// Those that the copy was armed with, once it has shown itself.
function classesFor(
  instance: object,
  prototype: object,
  modules: Partial<LangChainModules> | undefined,
): Classes {
  if (modules) return classesOf({ ...OWN_MODULES, ...modules })
  armFoundCopies()
  revealCopyOf(instance)
  return classesOfBase(prototype) ?? classesOf(OWN_MODULES)
}

// The class that all models of a copy come from: it has methods that are there to be overridden.
function basePrototypeOf(model: object): object {
  return lastWith(model, ['_streamIterator', '_streamResponseChunks'])
}
