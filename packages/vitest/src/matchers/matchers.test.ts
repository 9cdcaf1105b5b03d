import { call, createRetake, recorded, type SessionData } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { describe, expect, expectTypeOf, it } from 'vitest'
import '../index.ts'

const weather = recorded('tool', 'weather', async ({ city }: { city: string }) => `${city}: 21`)

function ask(prompt: string, summary = {}): Promise<string> {
  const summarize = () => summary
  return call({ kind: 'llm', name: 'gpt', request: { prompt }, summarize }, async () => 'answer')
}

async function sessionOf(body: () => Promise<unknown>): Promise<SessionData> {
  const retake = createRetake({ store: createMemoryStore(), log: false })
  const id = await retake.session(async (session) => {
    await body()
    return session.id
  })
  const data = await retake.store.load(id)
  if (data === undefined) throw new Error('It was not recorded.')
  return data
}

const AGENT = await sessionOf(async () => {
  await ask('one', {
    usage: { inputTokens: 10, outputTokens: 5, cachedInputTokens: 1 },
    costUsd: 0.25,
  })
  await weather({ city: 'Bern' })
  await ask('two', { usage: { inputTokens: 10, reasoningTokens: 4 }, costUsd: 0.5 })
})

describe('toHaveCalledTool', () => {
  it('asks for a name, and for an input where one is given', () => {
    expect(AGENT).toHaveCalledTool('weather')
    expect(AGENT).toHaveCalledTool('weather', { city: 'Bern' })
    expect(AGENT).toHaveCalledTool('weather', { city: expect.stringMatching(/^B/) })
    expect(AGENT).not.toHaveCalledTool('weather', { city: 'Basel' })
    expect(AGENT).not.toHaveCalledTool('gpt')
  })

  it('compares values as the tool was given them', async () => {
    const book = recorded('tool', 'book', async (_input: object) => 'done')
    const when = new Date(0)
    const data = await sessionOf(() => book({ when, note: undefined }))

    expect(data).toHaveCalledTool('book', { when: new Date(0) })
    expect(data).not.toHaveCalledTool('book', { when: new Date(1) })
  })

  it('says what was called', () => {
    expect(() => expect(AGENT).toHaveCalledTool('weather', { city: 'Basel' })).toThrow(
      'expected a call of tool weather with {"city":"Basel"}; made were\n  tool weather {"city":"Bern"}',
    )
    expect(() => expect(AGENT).toHaveCalledTool('search')).toThrow('llm gpt {"prompt":"one"}')
    expect(() => expect(AGENT).not.toHaveCalledTool('weather')).toThrow('expected no call')
  })

  it('takes sessions only', () => {
    expect(() => expect({ events: 1 }).toHaveCalledTool('weather')).toThrow('readCassetteFile')
  })
})

describe('the limits', () => {
  it('are of all calls together', () => {
    expect(AGENT).toCostLessThan(0.76)
    expect(AGENT).not.toCostLessThan(0.75)
    expect(AGENT).toUseAtMost(30)
    expect(AGENT).not.toUseAtMost(29)
  })

  it('say what it is', () => {
    expect(() => expect(AGENT).toCostLessThan(0.5)).toThrow('less than $0.5, and it costs $0.75')
    expect(() => expect(AGENT).toUseAtMost(1)).toThrow('at most 1 tokens, and it uses 30')
  })

  it('are an error where nobody knows, also when turned around', async () => {
    const data = await sessionOf(() => ask('one'))

    expect(() => expect(data).toCostLessThan(1)).toThrow('is not known')
    expect(() => expect(data).not.toCostLessThan(1)).toThrow('is not known')
    expect(() => expect(data).toUseAtMost(1)).toThrow('do not tell')
  })

  it('are an error also where a model was asked by a request of its own', async () => {
    const post = (model?: string) =>
      call({ kind: 'http', name: 'POST http://api.test/', ...(model && { model }) }, async () => 1)
    const ofModel = await sessionOf(() => post('gpt-5'))
    const ofNone = await sessionOf(() => post())

    expect(() => expect(ofModel).toCostLessThan(1)).toThrow('is not known')
    expect(() => expect(ofModel).toUseAtMost(1)).toThrow('do not tell')
    expect(ofNone).toCostLessThan(1)
    expect(ofNone).toUseAtMost(1)
  })
})

describe('toMatchTrajectory', () => {
  it('is of all calls, in their order', () => {
    expect(AGENT).toMatchTrajectory(['llm', 'tool weather', { kind: 'llm', name: 'gpt' }])
    expect(AGENT).not.toMatchTrajectory(['llm', 'tool weather'])
    expect(AGENT).not.toMatchTrajectory(['llm', 'llm', 'tool weather'])
    expect(AGENT).not.toMatchTrajectory(['llm', 'tool search', 'llm'])
  })

  it('is of all calls, in any order', () => {
    const order = 'set'
    expect(AGENT).toMatchTrajectory(['tool', 'llm', 'llm gpt'], { order })
    expect(AGENT).not.toMatchTrajectory(['tool', 'llm', 'llm', 'llm'], { order })
    expect(AGENT).not.toMatchTrajectory(['tool', 'tool', 'llm'], { order })
    expect(AGENT).not.toMatchTrajectory([], { order })
  })

  it('says what was made', () => {
    expect(() => expect(AGENT).toMatchTrajectory(['llm'])).toThrow(
      'in this order: llm; made were: llm gpt, tool weather, llm gpt',
    )
  })
})

describe('the types', () => {
  it('are those of expect', () => {
    expectTypeOf(expect(AGENT).toUseAtMost).parameter(0).toEqualTypeOf<number>()
    // @ts-expect-error a limit is a number
    expect(() => expect(AGENT).toUseAtMost('many')).not.toBe(undefined)
  })
})
