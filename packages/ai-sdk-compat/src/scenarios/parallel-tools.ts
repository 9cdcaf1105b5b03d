import type { ToolSet } from 'ai'
import { z } from 'zod'
import type { Kit } from '../kit.ts'
import type { Scenario } from '../scenario.ts'
import { streamTools } from './stream-tools.ts'

const inputSchema = z.object({ city: z.string() })

type MakeTools = (kit: Kit) => ToolSet

function whole({ ai, ran }: Kit) {
  return ai.tool({ inputSchema, execute: async () => `whole ${ran()}` })
}

function atOnce({ ai, ran }: Kit) {
  return ai.tool({ inputSchema, execute: () => `at once ${ran()}` })
}

function inParts({ ai, ran }: Kit, before?: Promise<void>) {
  return ai.tool({
    inputSchema,
    async *execute() {
      await before
      yield 'first'
      yield 'second'
      yield `third ${ran()}`
    },
  })
}

// Pairs of tools of which both have something to hand out in the same turn of the event loop.
const IN_ONE_TURN: Readonly<Record<string, MakeTools>> = {
  'both whole': (kit) => ({ one: whole(kit), other: whole(kit) }),
  'both in parts': (kit) => ({ one: inParts(kit), other: inParts(kit) }),
  'one in parts, one whole': (kit) => ({ one: inParts(kit), other: whole(kit) }),
  'one whole, one in parts': (kit) => ({ one: whole(kit), other: inParts(kit) }),
  'one in parts, one at once': (kit) => ({ one: inParts(kit), other: atOnce(kit) }),
  'one at once, one in parts': (kit) => ({ one: atOnce(kit), other: inParts(kit) }),
  'one in parts, as soon as the other one is there': (kit) => {
    const { ai, ran } = kit
    const isThere = Promise.withResolvers<void>()
    const other = ai.tool({
      inputSchema,
      execute: async () => {
        isThere.resolve()
        await isThere.promise
        return ran()
      },
    })
    return { one: inParts(kit, isThere.promise), other }
  },
}

function inAnotherOrder({ ai, ran }: Kit): ToolSet {
  const isOver = Promise.withResolvers<void>()
  const slow = ai.tool({
    inputSchema,
    execute: async () => {
      await isOver.promise
      return ran()
    },
  })
  const quick = ai.tool({
    inputSchema,
    execute: async () => {
      setImmediate(isOver.resolve)
      return ran()
    },
  })
  return { slow, quick }
}

/** Two tools that the model asks for at once. */
export const PARALLEL_TOOLS: readonly Scenario[] = Object.entries({
  ...IN_ONE_TURN,
  'the second is done first': inAnotherOrder,
}).map(([name, makeTools]) => ({
  name: `parallel tools, ${name}`,
  isSeenByTelemetry: true,
  calls: 2,
  runs: 2,
  run: (kit) => streamTools(kit, makeTools(kit)),
}))
