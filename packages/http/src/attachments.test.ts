import { createRetake, currentSession } from '@retake/core'
import { registerAttachment } from '@retake/core/adapter'
import { createMemoryStore } from '@retake/store'
import { expect, it, onTestFinished } from 'vitest'
import { withScope } from './web.ts'

it('puts what adapters attach around the handling of a request, and the reading of its response', async () => {
  const words: string[] = []
  const retake = createRetake({ store: createMemoryStore(), log: false })
  const detach = registerAttachment((fn) => {
    words.push(currentSession() ? 'attached in scope' : 'attached in the open')
    return fn()
  })
  onTestFinished(detach)
  const handler = withScope(
    () => {
      words.push('handler')
      const body = new ReadableStream(
        {
          pull(controller) {
            words.push('body')
            controller.close()
          },
        },
        { highWaterMark: 0 },
      )
      return new Response(body)
    },
    { retake },
  )

  const response = await handler(new Request('http://localhost/'))
  await response.text()

  expect(words.slice(0, 2)).toStrictEqual(['attached in scope', 'handler'])
  expect(words.slice(-2)).toStrictEqual(['attached in scope', 'body'])
})
