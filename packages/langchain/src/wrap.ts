import type { ToolPolicy } from '@retake/core'
import { classesOf } from './classes.ts'
import { hookModel } from './hook-model.ts'
import { hookRetriever } from './hook-retriever.ts'
import { hookTool, setPolicy, type Tool } from './hook-tool.ts'
import { armModel, armRetriever, armTool } from './instrument.ts'
import { OWN_MODULES, type LangChainModules } from './langchain-modules.ts'
import type { Model } from './model-call.ts'

/**
 * Arms one model, for copies of LangChain that cannot be found: calls of it are recorded and served.
 *
 * @param modules those of the model's copy, whose classes its answers have.
 * @returns the model itself.
 * @throws {TypeError} when it cannot be given hooks, since it is frozen.
 */
export function retakeModel<T extends object>(model: T, modules?: Partial<LangChainModules>): T {
  const classes = classesOf({ ...OWN_MODULES, ...modules })
  const base = { prototype: basePrototypeOf(model), classes }
  hookModel(model as T & Model, base)
  armModel(model, base)
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

/** Arms one tool, or sets how a replay treats it. Gives back the tool itself. */
export function retakeTool<T extends object>(
  tool: T,
  { policy, modules }: RetakeToolOptions = {},
): T {
  const classes = classesOf({ ...OWN_MODULES, ...modules })
  if (policy) setPolicy(tool, policy)
  hookTool(tool as T & Tool, classes)
  armTool(tool, classes)
  return tool
}

/** Arms one retriever. Gives back the retriever itself. */
export function retakeRetriever<T extends object>(
  retriever: T,
  modules?: Partial<LangChainModules>,
): T {
  const classes = classesOf({ ...OWN_MODULES, ...modules })
  hookRetriever(retriever, classes)
  armRetriever(retriever, classes)
  return retriever
}

// The class that all models of a copy come from: it has methods that are there to be overridden.
function basePrototypeOf(model: object): object {
  let base: object = model
  for (let link: object | null = model; link; link = Object.getPrototypeOf(link) as object | null) {
    if (Object.hasOwn(link, '_streamIterator') && Object.hasOwn(link, '_streamResponseChunks'))
      base = link
  }
  return base
}
