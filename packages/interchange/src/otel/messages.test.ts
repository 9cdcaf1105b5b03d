import type { Encoded } from '@retake/format'
import { describe, expect, it } from 'vitest'
import { inputMessages, outputMessages } from './messages.ts'

const text = (content: string) => ({ type: 'text', content })

const message = (name: string, fields: object) => ({ $lc: name, fields: { ...fields } })

describe('the messages of a prompt', () => {
  it('are found as LangChain has them', () => {
    const input: Encoded = [
      { role: 'user', content: 'Weather in Paris?' },
      {
        role: 'assistant',
        content: '',
        tool_calls: [{ id: 'c-1', name: 'weather', args: { city: 'Paris' } }],
      },
      { role: 'tool', content: 'rainy', tool_call_id: 'c-1' },
    ]

    expect(inputMessages({ type: 'openai', input, parameters: {} })).toEqual([
      { role: 'user', parts: [text('Weather in Paris?')] },
      {
        role: 'assistant',
        parts: [{ type: 'tool_call', id: 'c-1', name: 'weather', arguments: { city: 'Paris' } }],
      },
      {
        role: 'tool',
        parts: [{ type: 'tool_call_response', id: 'c-1', response: 'rainy' }],
      },
    ])
  })

  it('are found as OpenAI has them', () => {
    const call = { name: 'weather', arguments: '{"city":"Paris"}' }
    const messages: Encoded = [
      { role: 'assistant', content: null, tool_calls: [{ id: 'c-1', function: call }] },
      { role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://a.test/' } }] },
    ]

    expect(inputMessages({ messages })).toEqual([
      {
        role: 'assistant',
        parts: [{ type: 'tool_call', id: 'c-1', name: 'weather', arguments: { city: 'Paris' } }],
      },
      {
        role: 'user',
        parts: [{ type: 'image_url', image_url: { url: 'https://a.test/' } }],
      },
    ])
  })

  it.each([[undefined], ['a prompt'], [{ input: ['a', 'b'] }], [{ messages: [] }]])(
    'are none in %o',
    (request) => {
      expect(inputMessages(request)).toBeUndefined()
    },
  )
})

describe('the messages of an answer', () => {
  it('are found in what LangChain gives as a whole', () => {
    const fields = {
      content: 'It rains.',
      tool_calls: [{ id: 'c-2', name: 'umbrella', args: {} }],
      response_metadata: { finish_reason: 'tool_calls' },
    }
    const value = { generations: [{ message: message('AIMessage', fields), text: '' }] }

    expect(outputMessages({ value })).toEqual([
      {
        role: 'assistant',
        parts: [
          text('It rains.'),
          { type: 'tool_call', id: 'c-2', name: 'umbrella', arguments: {} },
        ],
        finish_reason: 'tool_calls',
      },
    ])
  })

  it('are found in what LangChain streams, some of which is nothing but text', () => {
    const chunk = (fields: object) => ({
      chunk: message('ChatGenerationChunk', {
        message: message('AIMessageChunk', { content: '', ...fields }),
      }),
    })
    const parts = [
      chunk({ content: 'It ' }),
      'rains',
      '.',
      chunk({ tool_call_chunks: [{ index: 0, id: 'c-2', name: 'umbrella', args: '{"co' }] }),
      chunk({ tool_call_chunks: [{ index: 0, args: 'unt":1}' }] }),
      chunk({ response_metadata: { stop_reason: 'end' } }),
    ]

    expect(outputMessages({ stream: { parts, end: 'complete' } })).toEqual([
      {
        role: 'assistant',
        parts: [
          text('It rains.'),
          { type: 'tool_call', id: 'c-2', name: 'umbrella', arguments: { count: 1 } },
        ],
        finish_reason: 'end',
      },
    ])
  })

  it.each([
    [{ value: 'a text' }],
    [{ value: { embeddings: [[1]] } }],
    [{ stream: { parts: [], end: 'complete' as const } }],
    [{ error: { message: 'no' } }],
  ])('are none in %o', (outcome) => {
    expect(outputMessages(outcome)).toBeUndefined()
  })
})
