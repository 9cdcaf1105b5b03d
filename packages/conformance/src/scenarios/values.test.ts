import { call, recorded } from '@retake/core'
import { expect } from 'vitest'
import { loadSession, record, replay } from '../lab.ts'
import { expectSameAgain, failureOf } from '../rehearse.ts'
import { inEveryStore } from '../stores.ts'
import { verifies } from '../verifies.ts'

/** A tool, which counts how often it really runs. */
function createTool<Args extends unknown[], T>(run: (...args: Args) => T) {
  const tool = {
    calls: 0,
    use: recorded('tool', 'tool', (...args: Args): T => {
      tool.calls++
      return run(...args)
    }),
  }
  return tool
}

const RICH = {
  date: new Date(86_400_000.5),
  url: new URL('https://example.com/?q=1#top'),
  pattern: /a.b/giu,
  bytes: new Uint8Array([0, 127, 255]),
  floats: new Float64Array([1.5, Number.NaN]),
  map: new Map<unknown, unknown>([[{ key: 1 }, undefined]]),
  set: new Set([1n, 'two']),
  numbers: [-0, Number.NaN, Number.POSITIVE_INFINITY, 2n ** 80n],
  undefined: undefined,
  text: 'lone \ud800, NUL \0, astral 😀, \u2028',
  $rt: 'looks like a tag',
  deep: { deeper: [{ deepest: [] }] },
}

verifies(
  'values:rich',
  inEveryStore(async (create) => {
    const tool = createTool(async () => RICH)
    const { value } = await expectSameAgain(create(), tool, () => tool.use())

    expect(value).toBe(RICH)
  }),
)

verifies(
  'values:sync',
  inEveryStore(async (create) => {
    const tool = createTool((value: number) => value * 2)
    await expectSameAgain(create(), tool, () => tool.use(20) + tool.use(1))

    expect(tool.calls).toBe(2)
  }),
)

verifies(
  'values:nothing',
  inEveryStore(async (create) => {
    const tool = createTool(async (value: null | undefined) => value)
    const body = async () => [await tool.use(undefined), await tool.use(null)]
    const { value } = await expectSameAgain(create(), tool, body)

    expect(value).toEqual([undefined, null])
  }),
)

verifies(
  'values:errors',
  inEveryStore(async (create) => {
    const inner = Object.assign(new RangeError('too far'), { code: 'E_RANGE' })
    const errors = [
      Object.assign(new TypeError('bad city', { cause: inner }), { city: 'Atlantis', status: 422 }),
      new AggregateError([inner, 'and text'], 'several'),
      new DOMException('too slow', 'TimeoutError'),
    ]
    const tool = createTool(async (index: number) => {
      throw errors[index] as Error
    })
    const body = async () => {
      const thrown = []
      for (const index of errors.keys()) thrown.push(await failureOf(tool.use(index)))
      return thrown
    }
    const { value } = await expectSameAgain(create(), tool, body)

    expect(value).toEqual(errors)
  }),
)

verifies(
  'values:thrown',
  inEveryStore(async (create) => {
    const thrown = ['text', 42, null, undefined, { reason: 'an object' }]
    const tool = createTool(async (index: number) => {
      // oxlint-disable-next-line typescript/only-throw-error -- apps do
      throw thrown[index]
    })
    const body = () => Promise.all(thrown.map((_, index) => failureOf(tool.use(index))))
    const { value } = await expectSameAgain(create(), tool, body)

    expect(value).toEqual(thrown)
  }),
)

verifies(
  'values:retry',
  inEveryStore(async (create) => {
    let attempts = 0
    const tool = createTool(async () => {
      if (++attempts < 3) throw Object.assign(new Error('slow down'), { status: 429 })
      return `answer ${attempts}`
    })
    const statuses: number[] = []
    const retry = async (): Promise<string> =>
      tool.use().catch(({ status }: { status: number }) => {
        statuses.push(status)
        return retry()
      })
    const { value } = await expectSameAgain(create(), tool, retry)

    expect(value).toBe('answer 3')
    expect(statuses).toEqual(Array(8).fill(429))
  }),
)

verifies(
  'values:copies',
  inEveryStore(async (create) => {
    const retake = create()
    const request = { messages: ['hello'] }
    const ask = async () => {
      const answer = call({ kind: 'llm', name: 'list', request }, async () => ['one'])
      request.messages.push('more')
      const list = await answer
      list.push('two')
      request.messages.length = 1
      return list
    }
    const { id } = await record(retake, ask)

    for (let times = 0; times < 2; times++) {
      expect((await replay(retake, id, ask)).ending).toEqual({ value: ['one', 'two'] })
    }
    const [event] = (await loadSession(retake, id)).events
    expect(event).toMatchObject({ request: { messages: ['hello'] }, outcome: { value: ['one'] } })
  }),
)
