import { createRetake } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { BaseCallbackHandler } from '@langchain/core/callbacks/base'
import { FakeListChatModel } from '@langchain/core/utils/testing'
import { describe, expect, it } from 'vitest'
import { RetakeCallbackHandler } from './index.ts'
import { collect } from './testing/models.ts'

void new RetakeCallbackHandler()

class Listener extends BaseCallbackHandler {
  readonly name = 'listener'
  readonly heard: string[] = []

  override handleLLMNewToken(token: string): void {
    this.heard.push(token)
  }
}

function inSession<T>(fn: () => Promise<T>): Promise<T> {
  return createRetake({ store: createMemoryStore() }).session({ name: 'test' }, fn)
}

/** Streams an answer of one chunk per character. */
async function stream(answer: string, options: object): Promise<string> {
  const model = new FakeListChatModel({ responses: [answer], emitCustomEvent: false })
  const chunks = await collect(await model.stream('question', options))
  return chunks.map(({ content }) => content as string).join('')
}

/** How often a list of callbacks is looked at while an answer is streamed. */
async function looksDuring(answer: string): Promise<number> {
  let looks = 0
  const callbacks = new Proxy([new Listener()], {
    get(target, key, receiver) {
      looks++
      return Reflect.get(target, key, receiver) as unknown
    },
  })
  expect(await inSession(() => stream(answer, { callbacks }))).toBe(answer)
  return looks
}

describe('callbacks of a stream', () => {
  it('are set up once, not for each chunk', async () => {
    await looksDuring('warm')

    const [short, long] = [await looksDuring('ab'), await looksDuring('ab'.repeat(50))]

    expect(long).toBe(short)
  })

  it('are set up anew for each stream, whatever the streams have in common', async () => {
    const [first, second] = [new Listener(), new Listener()]
    const options = { callbacks: [first], tags: ['a'], metadata: { user: 'Ann' } }

    await inSession(async () => {
      await stream('ab', options)
      options.callbacks.push(second)
      await Promise.all([stream('cd', options), stream('ef', options)])
    })

    expect(first.heard.toSorted().join('')).toBe('abcdef')
    expect(second.heard.toSorted().join('')).toBe('cdef')
  })
})
