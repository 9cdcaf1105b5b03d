import { expect, it } from 'vitest'
import { createRetake, currentSession, type Retake } from '../index.ts'
import { registerAttachment, type Attachment } from '../adapter.ts'
import { createMemoryStore } from '@retake/store'

function createTestRetake(): Retake {
  return createRetake({ store: createMemoryStore(), log: false })
}

/** Puts words around the code of sessions for the time of `body`. */
async function withWord(
  word: string,
  words: string[],
  body: () => Promise<unknown>,
): Promise<void> {
  const attach: Attachment = (fn) => {
    words.push(`${word} in ${currentSession() ? 'scope' : 'the open'}`)
    return fn()
  }
  const remove = registerAttachment(attach)
  try {
    await body()
  } finally {
    remove()
  }
}

it('is put around the code of a session, inside its scope', async () => {
  const words: string[] = []

  await withWord('one', words, () =>
    withWord('two', words, () => createTestRetake().session(() => words.push('body'))),
  )

  expect(words).toStrictEqual(['two in scope', 'one in scope', 'body'])
})

it('is taken back', async () => {
  const words: string[] = []
  await withWord('one', words, async () => {})

  await createTestRetake().session(() => words.push('body'))

  expect(words).toStrictEqual(['body'])
})
