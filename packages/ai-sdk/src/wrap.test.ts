import { createOpenAI } from '@ai-sdk/openai'
import * as ai from 'ai'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { wrapAISDK, wrapModel, wrapProvider, wrapTool, wrapTools } from './index.ts'

const provider = createOpenAI({ apiKey: 'none' })

/** A model as a provider's package might write it: its settings are private. */
class PrivateModel {
  readonly specificationVersion = 'v4'
  readonly provider = 'acme'
  readonly #modelId: string

  constructor(modelId: string) {
    this.#modelId = modelId
  }

  get modelId() {
    return this.#modelId
  }

  doGenerate() {
    return this.describe()
  }

  describe() {
    return `answer of ${this.#modelId}`
  }
}

describe('wrapModel', () => {
  it('keeps the specification, the class and all members', () => {
    const model = provider.chat('gpt-5')

    const wrapped = wrapModel(model)

    expect(wrapped).toBeInstanceOf(model.constructor)
    expect(wrapped.constructor).toBe(model.constructor)
    expect(wrapped.specificationVersion).toBe('v4')
    expect(wrapped.modelId).toBe('gpt-5')
    expect(Object.keys(wrapped)).toStrictEqual(Object.keys(model))
  })

  it('works with private fields', () => {
    const wrapped = wrapModel(new PrivateModel('acme-1'))

    expect(wrapped.modelId).toBe('acme-1')
    expect(wrapped.describe()).toBe('answer of acme-1')
    expect(wrapped.doGenerate()).toBe('answer of acme-1')
  })

  it('works with a frozen model', () => {
    const wrapped = wrapModel(
      Object.freeze({ ...provider.chat('gpt-5'), modelId: 'frozen', doGenerate: () => 'answer' }),
    )

    expect(wrapped.modelId).toBe('frozen')
    expect(wrapped.doGenerate()).toBe('answer')
    expect('doGenerate' in wrapped).toBe(true)
  })

  it('wraps a model once', () => {
    const model = provider.chat('gpt-5')

    const wrapped = wrapModel(model)

    expect(wrapModel(model)).toBe(wrapped)
    expect(wrapModel(wrapped)).toBe(wrapped)
  })

  it('gives the same function each time, until the model gets another', () => {
    const model = { specificationVersion: 'v4', doGenerate: () => 'one' }
    const wrapped = wrapModel(model)
    const { doGenerate } = wrapped

    expect(wrapped.doGenerate).toBe(doGenerate)
    model.doGenerate = () => 'two'
    expect(wrapped.doGenerate()).toBe('two')
  })

  it('hands changes on to the model', () => {
    const model = { specificationVersion: 'v4', temperature: 0 }

    wrapModel(model).temperature = 1

    expect(model.temperature).toBe(1)
  })
})

describe('wrapProvider', () => {
  it('keeps all members, and can be called', () => {
    const wrapped = wrapProvider(provider)

    expect(Object.keys(wrapped)).toStrictEqual(Object.keys(provider))
    expect(wrapped.tools).toBe(provider.tools)
    expect(wrapped('gpt-5').modelId).toBe('gpt-5')
    expectTypeOf(wrapped).toEqualTypeOf(provider)
  })

  it('wraps the models of all its factories', () => {
    const wrapped = wrapProvider(provider)
    const models = [
      wrapped('a'),
      wrapped.chat('a'),
      wrapped.responses('a'),
      wrapped.embedding('a'),
      wrapped.image('a'),
    ]
    models.push(wrapped.speech('a') as never, wrapped.transcription('a') as never)

    for (const model of models) expect(wrapModel(model)).toBe(model)
  })

  it('wraps what a registry finds', () => {
    const registry = wrapProvider(ai.createProviderRegistry({ openai: provider }))

    const model = registry.languageModel('openai:gpt-5')

    expect(wrapModel(model)).toBe(model)
  })

  it('wraps a provider once', () => {
    const wrapped = wrapProvider(provider)

    expect(wrapProvider(provider)).toBe(wrapped)
    expect(wrapProvider(wrapped)).toBe(wrapped)
  })
})

describe('wrapTools', () => {
  const weather = ai.tool({
    description: 'Tells the weather',
    inputSchema: z.object({ city: z.string() }),
    execute: async ({ city }) => ({ city, degrees: 7 }),
  })

  it('keeps everything but execute', () => {
    const wrapped = wrapTools({ weather }).weather

    expect(wrapped.description).toBe(weather.description)
    expect(wrapped.inputSchema).toBe(weather.inputSchema)
    expect(wrapped.execute).not.toBe(weather.execute)
    expectTypeOf(wrapped).toEqualTypeOf(weather)
  })

  it('leaves the tools it was given alone', () => {
    const { execute } = weather

    wrapTools({ weather })

    expect(weather.execute).toBe(execute)
  })

  it('wraps a tool once, under its first name', () => {
    const wrapped = wrapTool('weather', weather)

    expect(wrapTools({ other: wrapped }).other).toBe(wrapped)
  })
})

describe('wrapAISDK', () => {
  it('has all that the SDK has, with the same types', () => {
    const wrapped = wrapAISDK(ai)

    expect(Object.keys(wrapped)).toStrictEqual(Object.keys(ai))
    expect(wrapped.tool).toBe(ai.tool)
    expectTypeOf(wrapped).toEqualTypeOf<typeof ai>()
  })

  it('keeps agents a class of the SDK, and lets them be extended', () => {
    const { ToolLoopAgent } = wrapAISDK(ai)
    class Grader extends ToolLoopAgent {
      readonly subject = 'maths'
    }

    const grader = new Grader({ id: 'grader', model: provider('gpt-5') })

    expect(grader).toBeInstanceOf(ai.ToolLoopAgent)
    expect({ id: grader.id, subject: grader.subject }).toStrictEqual({
      id: 'grader',
      subject: 'maths',
    })
    expect(ToolLoopAgent.name).toBe('ToolLoopAgent')
  })

  it('keeps the mark of a compiled module, which is not enumerable', () => {
    const compiled = Object.defineProperty({ ...ai }, '__esModule', { value: true })

    const { enumerable, value } = Object.getOwnPropertyDescriptor(
      wrapAISDK(compiled),
      '__esModule',
    ) as PropertyDescriptor

    expect({ enumerable, value }).toStrictEqual({ enumerable: false, value: true })
  })

  it('wraps the SDK once', () => {
    const wrapped = wrapAISDK(ai)
    const { generateText, ToolLoopAgent } = wrapped

    expect(wrapAISDK(ai)).toBe(wrapped)
    expect(wrapAISDK(wrapped)).toBe(wrapped)
    expect(wrapAISDK({ ...wrapped })).toMatchObject({ generateText, ToolLoopAgent })
  })
})
