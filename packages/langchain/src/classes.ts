import type { LangChainModules } from './langchain-modules.ts'

/** A class of LangChain, as far as it is used here. */
export type LangChainClass = new (fields: Readonly<Record<string, unknown>>) => object

/** The classes that recorded values may have, all of one copy of `@langchain/core`. */
export type Classes = ReadonlyMap<string, LangChainClass>

export const MESSAGES = [
  'AIMessage',
  'AIMessageChunk',
  'HumanMessage',
  'HumanMessageChunk',
  'SystemMessage',
  'SystemMessageChunk',
  'ToolMessage',
  'ToolMessageChunk',
  'ChatMessage',
  'ChatMessageChunk',
  'FunctionMessage',
  'FunctionMessageChunk',
  'RemoveMessage',
] as const

export const OTHERS = ['ChatGenerationChunk', 'GenerationChunk', 'Document'] as const

/**
 * The closed table of classes of one copy. A recording names them, and cannot name any other.
 *
 * They have to be of the model's own copy: chunks of another one do not count as chunks there.
 */
export function classesOf({ messages, outputs, documents }: LangChainModules): Classes {
  const known: Readonly<Record<string, unknown>> = { ...messages, ...outputs, ...documents }
  const entries = [...MESSAGES, ...OTHERS].flatMap((name) => {
    const found = known[name]
    return typeof found === 'function' ? [[name, found as LangChainClass] as const] : []
  })
  return new Map(entries)
}
