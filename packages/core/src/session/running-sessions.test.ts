import { expect, it } from 'vitest'
import { recorded } from '../index.ts'
import { createTestRetake } from '../../test/test-retake.ts'
import { thrown } from '../../test/thrown.ts'

const ask = recorded('llm', 'model', async (question: string) => `answer to ${question}`)

it('is told by a replay that misses what has not happened yet', async () => {
  const retake = createTestRetake()
  const { promise: isOver, resolve: end } = Promise.withResolvers<void>()
  const { promise: opened, resolve: open } = Promise.withResolvers<string>()
  const session = retake.session(async ({ id }) => {
    await ask('one')
    open(id)
    await isOver
  })
  const id = await opened
  const replay = () =>
    thrown(
      retake.replay(id, async () => {
        await ask('one')
        await ask('two')
      }),
    )

  const running = String(await replay())
  end()
  await session
  const ended = String(await replay())

  expect(running).toContain('the session is still being recorded')
  expect(running).not.toContain('its process died')
  expect(ended).not.toContain('still being recorded')
})
