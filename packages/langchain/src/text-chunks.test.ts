import { AIMessageChunk, HumanMessageChunk } from '@langchain/core/messages'
import { ChatGenerationChunk, GenerationChunk } from '@langchain/core/outputs'
import { describe, expect, it } from 'vitest'
import { classesOf } from './classes.ts'
import { OWN_MODULES } from './langchain-modules.ts'
import { createTextChunks } from './text-chunks.ts'

const classes = classesOf(OWN_MODULES)

function chatChunk(text: string, fields: Partial<AIMessageChunk> = {}, info = {}) {
  const message = new AIMessageChunk({ content: text, id: 'msg_1', ...fields })
  return new ChatGenerationChunk({ text, message, generationInfo: { prompt: 0, ...info } })
}

// With the fields of an answer.
function humanChunk() {
  const { message } = chatChunk(' two')
  return Object.assign(Object.create(HumanMessageChunk.prototype), message) as HumanMessageChunk
}

/** The short form of a chunk after a whole one, and what is made of it. */
function shortenAfter(whole: unknown, chunk: unknown) {
  const writer = createTextChunks(classes)
  const reader = createTextChunks(classes)
  reader.unpack(JSON.parse(JSON.stringify(writer.pack(whole))))
  const short = writer.shorten(chunk)
  return { short, again: short === undefined ? undefined : reader.lengthen(short) }
}

describe('createTextChunks', () => {
  it.each([
    ['of a chat', chatChunk('one'), chatChunk(' two')],
    ['of a chat, empty', chatChunk(''), chatChunk('')],
    ['of plain text', new GenerationChunk({ text: 'one' }), new GenerationChunk({ text: 'two' })],
  ])('makes a chunk again by its text: %s', (_of, whole, chunk) => {
    const { short, again } = shortenAfter(whole, chunk)

    expect(short).toBe(chunk.text)
    expect(again).toStrictEqual(chunk)
    expect(JSON.stringify(again)).toBe(JSON.stringify(chunk))
  })

  it.each([
    ['another id', chatChunk(' two', { id: 'msg_2' })],
    ['metadata', chatChunk(' two', { response_metadata: { a: 1 } })],
    ['a tool call', chatChunk(' two', { tool_call_chunks: [{ name: 'look', index: 0 }] })],
    ['one more argument', chatChunk(' two', { name: 'A' })],
    ['generation info', chatChunk(' two', {}, { prompt: 1 })],
    ['more generation info', chatChunk(' two', {}, { completion: 0 })],
    ['another class', new GenerationChunk({ text: ' two' })],
    [
      'another class of its message',
      new ChatGenerationChunk({
        text: ' two',
        message: humanChunk(),
        generationInfo: { prompt: 0 },
      }),
    ],
    ['no chunk', { text: ' two' }],
  ])('stores a chunk whole that differs in more than its text: %s', (_in, chunk) => {
    expect(shortenAfter(chatChunk('one'), chunk).short).toBeUndefined()
  })

  it('stores a chunk whole whose content is not its text', () => {
    const chunk = chatChunk('two')
    chunk.text = 'three'

    expect(shortenAfter(chatChunk('one'), chunk).short).toBeUndefined()
  })

  it('takes no chunk for a model that counts tokens, since counts add up', () => {
    const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 }
    const counted = () => chatChunk('one', { usage_metadata: usage })

    expect(shortenAfter(counted(), counted()).short).toBeUndefined()
  })

  it('is not misled by what an app does to a chunk that it was given', () => {
    const whole = chatChunk('one')
    const writer = createTextChunks(classes)
    writer.pack(whole)
    whole.message.response_metadata = { changed: true }

    expect(writer.shorten(chatChunk('two'))).toBe('two')
  })
})
