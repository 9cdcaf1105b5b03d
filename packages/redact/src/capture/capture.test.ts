import { describe, expect, it } from 'vitest'
import { createCapture } from './capture.ts'
import type { Encoded, Outcome } from '@retake/format'
import type { CaptureField } from './capture-field.ts'

const request: Encoded = {
  model: 'm',
  system: 'be brief',
  temperature: 0,
  messages: [
    { role: 'system', content: 'rules' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'question' },
        { type: 'image', image: 'pixels' },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'thought' },
        { type: 'text', text: 'on the way' },
        { type: 'tool-call', toolCallId: 'c1', toolName: 'search', input: { query: 'argument' } },
      ],
    },
    {
      role: 'tool',
      content: [
        { type: 'tool-result', toolCallId: 'c1', toolName: 'search', output: { text: 'found' } },
      ],
    },
  ],
  tools: [{ name: 'search', inputSchema: { type: 'object' } }],
}

const answer: Outcome = {
  value: {
    content: [
      { type: 'reasoning', text: 'thought' },
      { type: 'text', text: 'answer' },
    ],
    finishReason: 'stop',
    usage: { inputTokens: 3 },
  },
}

const stream: Outcome = {
  stream: {
    end: 'complete',
    parts: [
      { type: 'text-start', id: '1' },
      { type: 'text-delta', id: '1', delta: 'on the way' },
      { type: 'tool-input-start', id: 'c1', toolName: 'search' },
      { type: 'tool-input-delta', id: 'c1', delta: 'argument' },
      { type: 'tool-call', toolCallId: 'c1', toolName: 'search', input: 'argument' },
      { type: 'finish', usage: { inputTokens: 3 } },
    ],
  },
}

function without(...off: CaptureField[]) {
  return createCapture({ fields: Object.fromEntries(off.map((field) => [field, false])) })
}

describe('createCapture', () => {
  it('stores all by default', () => {
    const capture = createCapture()

    expect(capture.level).toBe('redacted')
    expect(capture.request('llm', request)).toBe(request)
    expect(capture.outcome('llm', answer)).toEqual({ outcome: answer })
  })

  it.each(['metadata', 'off'] as const)('stores no content at level %s', (level) => {
    const capture = createCapture({ level })

    expect(capture.request('llm', request)).toBeUndefined()
    expect(capture.outcome('llm', answer)).toEqual({})
  })

  it.each<[CaptureField, string[]]>([
    ['userInput', ['question', 'pixels']],
    ['systemMessage', ['be brief', 'rules']],
    ['assistantMessage', ['on the way']],
    ['reasoning', ['thought']],
    ['toolArguments', ['argument']],
    ['toolResult', ['found']],
    ['finalResponse', []],
  ])('leaves %s out of a request, and nothing else', (field, texts) => {
    const all = [
      'be brief',
      'rules',
      'question',
      'pixels',
      'thought',
      'on the way',
      'argument',
      'found',
    ]

    const stored = JSON.stringify(without(field).request('llm', request))

    for (const text of all) expect(stored.includes(text)).toBe(!texts.includes(text))
    for (const kept of ['"model":"m"', '"temperature":0', '"role":"user"', '"inputSchema"'])
      expect(stored).toContain(kept)
  })

  it('leaves fields out of an answer, and says that it cannot be served', () => {
    const { outcome, withheld } = without('finalResponse').outcome('llm', answer)

    expect(withheld).toBe('capture leaves out finalResponse')
    expect(outcome?.value).toEqual({
      content: [
        { type: 'reasoning', text: 'thought' },
        { type: 'text', text: { $rt: 'withheld', why: 'capture.finalResponse is off' } },
      ],
      finishReason: 'stop',
      usage: { inputTokens: 3 },
    })
  })

  it('finds answers in the shape of a provider', () => {
    const message = { role: 'assistant', content: 'answer', refusal: null }
    const chat: Outcome = {
      value: { id: 'x', choices: [{ index: 0, message, finish_reason: 'stop' }] },
    }
    const tools: Outcome = {
      value: {
        message: {
          role: 'assistant',
          tool_calls: [{ id: 'c', name: 'f', args: { a: 'argument' } }],
        },
      },
    }

    expect(JSON.stringify(without('finalResponse').outcome('llm', chat).outcome)).not.toContain(
      'answer',
    )
    expect(without('assistantMessage', 'userInput').outcome('llm', chat)).toEqual({ outcome: chat })
    expect(JSON.stringify(without('toolArguments').outcome('llm', tools).outcome)).not.toContain(
      'argument"',
    )
    expect(
      JSON.stringify(without('finalResponse').outcome('llm', { value: 'answer' })),
    ).not.toContain('answer')
  })

  it('takes the text of an answer that calls a tool for an assistant message', () => {
    const final = without('finalResponse').outcome('llm', stream)
    const { outcome, withheld } = without('assistantMessage').outcome('llm', stream)

    expect(final).toEqual({ outcome: stream })
    expect(withheld).toBe('capture leaves out assistantMessage')
    expect(JSON.stringify(outcome)).not.toContain('on the way')
    expect(outcome?.stream?.parts[5]).toEqual(stream.stream?.parts[5])
  })

  it('leaves tool arguments out of a stream', () => {
    const { outcome, withheld } = without('toolArguments').outcome('llm', stream)

    expect(withheld).toBe('capture leaves out toolArguments')
    expect(JSON.stringify(outcome)).not.toContain('argument"')
  })

  it('leaves out the arguments and the result of a tool as a whole', () => {
    const capture = without('toolArguments', 'toolResult')
    const failed: Outcome = { error: { $rt: 'error', name: 'Error', message: 'no such user: Ann' } }

    expect(capture.request('tool', { city: 'Paris' })).toEqual({
      $rt: 'withheld',
      why: 'capture.toolArguments is off',
    })
    expect(
      JSON.stringify(capture.outcome('tool', { value: ['Ann'], stream: stream.stream! })),
    ).not.toContain('Ann')
    expect(JSON.stringify(capture.outcome('tool', failed))).not.toContain('Ann')
    expect(capture.outcome('tool', failed).withheld).toBe('capture leaves out toolResult')
  })

  it('stores no raw HTTP when a field is off, because it cannot tell them there', () => {
    const capture = without('reasoning')

    expect(JSON.stringify(capture.request('http', { body: '{"messages":[]}' }))).not.toContain(
      'messages',
    )
    expect(capture.outcome('http', { value: { body: 'x' } }).withheld).toBe(
      'capture leaves out reasoning',
    )
  })

  it('stores no request in which it finds no message', () => {
    const stored = without('systemMessage').request('llm', {
      history: [{ kind: 'Human', said: 'question' }],
    })

    expect(stored).toEqual({ $rt: 'withheld', why: 'capture.systemMessage is off' })
  })

  it('reads prompts and messages in other places', () => {
    const capture = without('userInput')

    const stored = JSON.stringify([
      capture.request('llm', { prompt: 'question' }),
      capture.request('llm', { params: { messages: [[{ role: 'user', content: 'question' }]] } }),
      capture.request('embedding', { values: ['question'] }),
    ])

    expect(stored).not.toContain('question')
  })
})
