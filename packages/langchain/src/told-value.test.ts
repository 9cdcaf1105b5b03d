import { tool } from '@langchain/core/tools'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { RetakeCallbackHandler } from './index.ts'
import { collect } from './testing/models.ts'
import { rehearse } from './testing/rehearse.ts'
import { Annotation, StateGraph, type LangGraphRunnableConfig } from '@langchain/langgraph'

void new RetakeCallbackHandler()

/** Writes a value from within a tool, as its graph is streamed. */
async function tell(makeValue: () => unknown) {
  return rehearse(async () => {
    const telling = tool(
      (_input: unknown, config: LangGraphRunnableConfig) => {
        config.writer?.(makeValue())
        return 'done'
      },
      { name: 'telling', description: 'Tells', schema: z.object({}) },
    )
    const State = Annotation.Root({ done: Annotation<string> })
    const graph = new StateGraph(State)
      .addNode('node', async (_state, config) => ({
        done: await telling.invoke({}, config),
      }))
      .addEdge('__start__', 'node')
      .compile()
    const parts = await collect(await graph.stream({ done: '' }, { streamMode: 'custom' }))
    return parts.map((part) => ({ seen: inspect(part, { depth: 9 }), json: jsonOf(part) }))
  })
}

function jsonOf(part: unknown): string | undefined {
  try {
    return JSON.stringify(part)
  } catch (error) {
    return (error as Error).name
  }
}

class Plain {
  a = 1
  b = 'text'
}

class Written {
  secret = 1
  toJSON() {
    return { written: this.secret, $same: 0 }
  }
}

describe('a value that a tool tells', () => {
  it.each<[string, () => unknown]>([
    ['text', () => 'text'],
    ['nothing', () => undefined],
    ['null', () => null],
    ['numbers', () => [1, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 10n]],
    ['a list with holes', () => Object.assign(Array.from({ length: 0 }), { 2: 3 })],
    ['a key that we have for messages', () => ({ $same: 0, now: { a: 1 } })],
    ['the same with a place', () => [{ $same: 's0.messages.0' }, { $same: 1 }]],
    ['a key that we have for classes', () => ({ $lc: 'AIMessage', fields: { content: 'no' } })],
    ['a key of the codec', () => ({ $: 'Map', v: [] })],
    ['a field named as the prototype', () => JSON.parse('{"__proto__":{"a":1},"b":2}') as object],
    ['an object without a prototype', () => Object.assign(Object.create(null) as object, { a: 1 })],
    ['a field that is undefined', () => ({ a: undefined, b: [undefined] })],
    ['a URL', () => ({ at: new URL('https://example.com/a?b=1') })],
    ['a date', () => ({ at: new Date(0) })],
    ['a map and a set', () => ({ map: new Map([[{ a: 1 }, new Set([1])]]), set: new Set(['a']) })],
    ['a map of messages', () => new Map([['m', { $same: 3 }]])],
    ['bytes', () => ({ bytes: Uint8Array.of(1, 2, 255) })],
    ['a pattern', () => /a+/gi],
    ['deep values', () => ({ a: { b: { c: [{ d: [{ e: 1 }] }] } } })],
  ])('comes again as it was: %s', async (_what, makeValue) => {
    const { live, replayed, report } = await tell(makeValue)

    expect(replayed.map(({ json }) => json)).toEqual(live.map(({ json }) => json))
    expect(replayed).toEqual(live)
    expect(report).toMatchObject({ status: 'ok' })
    expect(report.muted).toBeUndefined()
  })

  it.each<[string, () => unknown]>([
    ['an object of a class', () => new Plain()],
    ['one that says how it is written', () => ({ of: new Written() })],
  ])('is written as JSON as it was: %s', async (_what, makeValue) => {
    const { live, replayed, report } = await tell(makeValue)

    expect(replayed.map(({ json }) => json)).toEqual(live.map(({ json }) => json))
    expect(report.status).toBe('ok')
  })

  it.each<[string, () => unknown]>([
    ['a function', () => ({ run: () => 1, a: 1 })],
    ['a symbol', () => ({ a: Symbol('a') })],
    [
      'itself',
      () => {
        const around: Record<string, unknown> = {}
        around.self = around
        return around
      },
    ],
    ['what cannot be read', () => ({ map: new WeakMap(), a: 1 })],
    ['a promise', () => ({ later: Promise.resolve(1) })],
  ])('is missed, and the replay says so, where it holds %s', async (_what, makeValue) => {
    const { report } = await tell(makeValue)

    expect(report.muted).toHaveLength(1)
    expect(report.status).not.toBe('ok')
  })
})
