import { tool } from '@langchain/core/tools'
import { Annotation, StateGraph, type LangGraphRunnableConfig } from '@langchain/langgraph'
import { RetakeCallbackHandler } from '@retake/langchain'
import { rehearse } from '@retake/testing'
import fc from 'fast-check'
import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { assertHolds, RANDOM_TEST_MS } from './property.ts'

void new RetakeCallbackHandler()

// What looks like something of ours is tried as well.
const KEY = fc.oneof(
  fc.constantFrom('$same', '$lc', '$', '__proto__', 'now', 'toJSON'),
  fc.string(),
)

const VALUE = fc.anything({
  key: KEY,
  withDate: true,
  withMap: true,
  withSet: true,
  withBigInt: true,
  withTypedArray: true,
  withSparseArray: true,
  withNullPrototype: true,
  maxDepth: 4,
})

const State = Annotation.Root({ done: Annotation<string> })

async function tell(values: readonly unknown[]): Promise<readonly string[]> {
  const telling = tool(
    (_input: unknown, { writer }: LangGraphRunnableConfig) => {
      for (const value of values) writer?.(value)
      return 'done'
    },
    { name: 'telling', description: 'Tells', schema: z.object({}) },
  )
  const graph = new StateGraph(State)
    .addNode('node', async (_state, config) => ({
      done: await telling.invoke({}, config),
    }))
    .addEdge('__start__', 'node')
    .compile()
  const seen: string[] = []
  for await (const part of await graph.stream({ done: '' }, { streamMode: 'custom' })) {
    seen.push(inspect(part, { depth: 20, maxArrayLength: null, maxStringLength: null }))
  }
  return seen
}

it(
  'a tool tells the same values in a replay, whatever they are, or the replay says that it does not',
  async () => {
    const count = { equal: 0, said: 0 }
    await assertHolds(200, fc.array(VALUE, { minLength: 1, maxLength: 4 }), async (values) => {
      const { live, replayed, report } = await rehearse(() => tell(values))
      if (report.status === 'ok') expect(replayed).toEqual(live)
      else expect(report.muted).toHaveLength(1)
      count[report.status === 'ok' ? 'equal' : 'said']++
    })
    expect(count.equal).toBeGreaterThan(100)
  },
  RANDOM_TEST_MS,
)
