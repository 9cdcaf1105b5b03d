import { call } from '@retake/core'
import { runInScope } from '@retake/core/adapter'
import type { Classes } from './classes.ts'
import { createValueCodec } from './value-codec.ts'
import { defineHidden, type RunManager } from './hook.ts'
import { scopeUnder } from './runs.ts'

type Retrieve = (query: string, runManager?: RunManager) => Promise<unknown>

const hooked = new WeakSet<object>()

/**
 * Gives a retriever the method that records and serves what it finds.
 *
 * @throws {TypeError} when the retriever cannot be given any.
 */
export function hookRetriever(retriever: object, classes: Classes): void {
  if (hooked.has(retriever)) return
  const original = Reflect.get(retriever, '_getRelevantDocuments') as Retrieve
  const codec = createValueCodec(classes)
  const retrieve: Retrieve = async function (this: unknown, query, runManager) {
    const scope = scopeUnder(runManager?.parentRunId)
    const run = () => original.call(this, query, runManager)
    if (scope === undefined || scope.beneath === 'leaf') return run()
    const request = { query }
    const about = { kind: 'retrieval', name: nameOf(retriever), request, codec } as const
    return runInScope(scope, () => call(about, run))
  }
  defineHidden(retriever, '_getRelevantDocuments', retrieve)
  hooked.add(retriever)
}

function nameOf(retriever: object & { getName?(): string }): string {
  return retriever.getName?.() ?? retriever.constructor.name
}
