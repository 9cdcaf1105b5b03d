import { describe, expect, it } from 'vitest'
import { shapeAnswer, shapeStreamed, UnfitAnswerError } from './answer-shape.ts'

const data = Uint8Array.of(1, 2)
const flat = { inputTokens: 9, outputTokens: 4, totalTokens: 13, cachedInputTokens: 3 }

const sided = {
  inputTokens: { total: 9, noCache: 6, cacheRead: 3, cacheWrite: 0 },
  outputTokens: { total: 4, text: 4, reasoning: undefined },
}

describe('an answer of an older specification', () => {
  it('tells its end and its usage as later ones do', () => {
    const answer = { content: [], finishReason: 'tool-calls', usage: flat }

    expect(shapeAnswer(answer, 'v3')).toStrictEqual({
      content: [],
      finishReason: { unified: 'tool-calls', raw: undefined },
      usage: {
        inputTokens: { total: 9, noCache: undefined, cacheRead: 3, cacheWrite: undefined },
        outputTokens: { total: 4, text: undefined, reasoning: undefined },
        raw: { totalTokens: 13 },
      },
    })
  })

  it('knows of no unknown end any more', () => {
    const part = { type: 'finish', finishReason: 'unknown', usage: flat }

    expect(shapeStreamed(part, 'v4')?.finishReason).toStrictEqual({
      unified: 'other',
      raw: undefined,
    })
  })

  it('says of a file what it is', () => {
    const part = { type: 'file', mediaType: 'image/png', data }

    expect(shapeStreamed(part, 'v4')).toStrictEqual({ ...part, data: { type: 'data', data } })
    expect(shapeStreamed(part, 'v3')).toStrictEqual(part)
  })

  it('warns of nothing where it gives embeddings', () => {
    expect(shapeAnswer({ embeddings: [[1]] }, 'v3')).toStrictEqual({
      embeddings: [[1]],
      warnings: [],
    })
  })
})

describe('an answer of a later specification', () => {
  it('tells its end and its usage flatly', () => {
    const answer = { content: [], finishReason: { unified: 'stop', raw: 'end' }, usage: sided }

    expect(shapeAnswer(answer, 'v2')).toStrictEqual({
      content: [],
      finishReason: 'stop',
      usage: { ...flat, reasoningTokens: undefined },
    })
  })

  it('says of a result that its provider has run the tool', () => {
    const part = { type: 'tool-result', toolCallId: '1', result: 7 }

    expect(shapeStreamed(part, 'v2')).toStrictEqual({ ...part, providerExecuted: true })
  })

  it('gives the bytes of a file, but not what lies at a URL', () => {
    const file = (of: object) => ({ type: 'file', mediaType: 'image/png', data: of })

    expect(shapeStreamed(file({ type: 'data', data }), 'v3')).toStrictEqual(file(data))
    expect(() => shapeStreamed(file({ type: 'url', url: 'https://a.example' }), 'v3')).toThrow(
      UnfitAnswerError,
    )
  })

  it('leaves out what only keeps the connection alive', () => {
    expect(shapeStreamed({ type: 'ping' }, 'v3')).toBeUndefined()
    expect(shapeStreamed({ type: 'ping' }, 'v4')).toStrictEqual({ type: 'ping' })
  })

  it.each([
    ['custom', 'v3'],
    ['reasoning-file', 'v3'],
    ['tool-approval-request', 'v2'],
  ])('is refused where it holds a part of type %s, to %s', (type, specification) => {
    expect(() => shapeAnswer({ content: [{ type }] }, specification)).toThrow(
      `it holds a part of type ${type}, which models of specification ${specification} do not have`,
    )
  })
})

describe('an answer of the same specification', () => {
  it.each(['v3', 'v4'])('stays as it is: %s', (specification) => {
    const content = [{ type: 'text', text: 'Hi' }]
    const answer = { content, finishReason: { unified: 'stop', raw: 'stop' }, usage: sided }

    expect(shapeAnswer(answer, specification)).toStrictEqual(answer)
  })
})
