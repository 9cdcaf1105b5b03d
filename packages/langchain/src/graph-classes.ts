import { ReplayInvalidSessionError } from '@retake/core'
import { isPlain, TAG } from './pack.ts'
import type { Classes, LangChainClass } from './classes.ts'

const STEERING: ReadonlySet<unknown> = new Set(['Command', 'Send'])

/** Adds the classes of langgraph where a recorded output holds objects of them. */
export async function withGraphClasses(packed: unknown, classes: Classes): Promise<Classes> {
  if (!steers(packed)) return classes
  const { Command, Send } = await importGraph()
  // `Send` takes its fields one by one.
  const SendOf = function ({
    node,
    args,
    timeout,
  }: {
    node: string
    args: unknown
    timeout?: unknown
  }) {
    return new Send(node, args, timeout === undefined ? undefined : { timeout })
  } as unknown as LangChainClass
  return new Map([...classes, ['Command', Command], ['Send', SendOf]])
}

interface Graph {
  readonly Command: LangChainClass
  readonly Send: new (node: string, args: unknown, options?: object) => object
}

async function importGraph(): Promise<Graph> {
  try {
    return await import('@langchain/langgraph')
  } catch (error) {
    throw new ReplayInvalidSessionError(
      'A recorded tool steers its graph. Install @langchain/langgraph next to @retake/langchain to replay it.',
      { cause: String(error) },
    )
  }
}

function steers(packed: unknown): boolean {
  if (typeof packed !== 'object' || packed === null) return false
  if (Array.isArray(packed)) return packed.some(steers)
  if (!isPlain(packed)) return false
  return STEERING.has(Reflect.get(packed, TAG)) || Object.values(packed).some(steers)
}
