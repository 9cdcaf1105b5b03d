import type { Tool } from 'ai'
import { z } from 'zod'
import type { Kit } from '../kit.ts'

const inputSchema = z.object({ city: z.string() })

/** Makes a tool of one shape; each of its runs is counted, and gives something else. */
export type MakeTool = (kit: Kit) => Tool

/** The shapes that a tool can have in every major. */
export const TOOL_SHAPES: Readonly<Record<string, MakeTool>> = {
  'that is asynchronous': ({ ai, ran }) =>
    ai.tool({ inputSchema, execute: async ({ city }) => ({ city, run: ran() }) }),
  'that is synchronous': ({ ai, ran }) => ai.tool({ inputSchema, execute: () => `run ${ran()}` }),
  'that returns nothing': ({ ai, ran }) =>
    ai.tool({ inputSchema, execute: async () => void ran() }),
  'that throws an error of its own': ({ ai, ran }) =>
    ai.tool({
      inputSchema,
      execute: async (): Promise<string> => {
        throw unavailable(ran())
      },
    }),
  'that throws at once': ({ ai, ran }) =>
    ai.tool({
      inputSchema,
      execute: (): string => {
        throw new RangeError(`run ${ran()}`)
      },
    }),
  'that throws a string': ({ ai, ran }) =>
    ai.tool({ inputSchema, execute: () => Promise.reject<string>(`run ${ran()}`) }),
  'with preliminary results': ({ ai, ran }) =>
    ai.tool({
      inputSchema,
      async *execute({ city }) {
        yield { city, status: 'looking' }
        yield { city, status: `run ${ran()}` }
      },
    }),
  'that fails after a preliminary result': ({ ai, ran }) =>
    ai.tool({
      inputSchema,
      async *execute() {
        yield 'looking'
        throw unavailable(ran())
      },
    }),
  'that is dynamic': ({ ai, ran }) =>
    ai.dynamicTool({ inputSchema, execute: async (input) => ({ input, run: ran() }) }),
  'of a class with private fields': ({ ran }) => new Thermometer(ran),
  'with output that JSON cannot hold': ({ ai, ran }) =>
    ai.tool({
      inputSchema,
      execute: async () => ({
        at: new Date(ran()),
        byHour: new Map([[12, 7.5]]),
        image: Uint8Array.of(137, 80, 78, 71),
        source: new URL('https://weather.example/oslo'),
        humidity: Number.NaN,
        wind: undefined,
      }),
      toModelOutput: (given: unknown) => {
        const { at } = outputIn(given) as { at: Date }
        return { type: 'text' as const, value: at.toISOString() }
      },
    }),
}

/** A tool that no other tool could be copied from: its state is private. */
class Thermometer {
  readonly inputSchema = inputSchema
  readonly #offset = 273.15
  readonly #ran: () => number

  constructor(ran: () => number) {
    this.#ran = ran
  }

  async execute(): Promise<{ readonly kelvin: number }> {
    return { kelvin: this.#ran() + this.#offset }
  }

  toModelOutput(given: unknown): { readonly type: 'text'; readonly value: string } {
    const { kelvin } = outputIn(given) as { kelvin: number }
    return { type: 'text', value: `${kelvin - this.#offset} degrees` }
  }
}

// Up to 5 it is handed over as it is, since 6 in an object.
function outputIn(given: unknown): unknown {
  return (given as { output?: unknown }).output ?? given
}

function unavailable(run: number): Error {
  return Object.assign(new Error(`run ${run}`), { name: 'Unavailable', code: 'STATION_DOWN' })
}
