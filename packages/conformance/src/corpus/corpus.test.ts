import {
  type CorpusFile,
  hasSharedCorpus,
  madeCorpus,
  sharedCorpus,
} from '@retake/loopback-provider'
import { describe, expect, it } from 'vitest'
import { printFigures } from '../figures.ts'
import { createTestRetake, everySource, recordEnding, replay, type Ending } from '../lab.ts'
import { verifies } from '../verifies.ts'
import { prepareCall } from './corpus-call.ts'
import { CORPUS } from './files.ts'
import { FAILING, readerOf, UNREAD, type Reader } from './readers.ts'

/** Records the call of a real package, and replays it from every source with its provider gone. */
async function expectSameAnswer(file: CorpusFile, reader: Reader): Promise<Ending> {
  const retake = createTestRetake()
  const { provider, make } = await prepareCall(file, reader)
  const { id, ending } = await recordEnding(retake, () => make())
  await provider.close()
  const { total } = provider.calls

  for (const source of await everySource(retake, id)) {
    const again = await replay(retake, source, () => make())
    expect(again.ending).toStrictEqual(ending)
    expect(again.report).toMatchObject({ served: 1, exact: 1, status: 'ok' })
  }
  expect(provider.calls.total).toBe(total)
  return ending
}

/** Tries all files that somebody reads, and names those that did not come out the same. */
async function expectSameAnswers(files: readonly CorpusFile[]): Promise<readonly Ending[]> {
  const endings: Ending[] = []
  const failures: Record<string, unknown> = {}
  const failing: string[] = []
  for (const file of files) {
    const reader = readerOf(file)
    if (reader === undefined) continue
    try {
      const ending = await expectSameAnswer(file, reader)
      endings.push(ending)
      if (hasError(ending)) failing.push(file.name)
    } catch (error) {
      failures[file.path] = error
    }
  }
  expect(failures).toEqual({})
  expect(failing.toSorted()).toEqual(
    FAILING.filter((name) => files.some((file) => file.name === name)),
  )
  return endings
}

/** Whether the call failed, or one of the parts tells an error. */
function hasError(ending: Ending): boolean {
  return 'error' in ending || partsOf(ending).some(({ type }) => type === 'error')
}

function partsOf(ending: Ending): readonly { readonly type: string }[] {
  const { parts = [] } = (ending as { value: { parts?: readonly { type: string }[] } }).value
  return parts
}

verifies('corpus:streams', async () => {
  const endings = await expectSameAnswers(CORPUS.filter(({ isStream }) => isStream))

  const parts = endings.flatMap(partsOf)
  printFigures(`corpus: ${endings.length} streams, ${parts.length} parts come back the same`)
  for (const ending of endings.filter((known) => !hasError(known))) {
    expect(partsOf(ending).at(-1)?.type).toBe('finish')
  }
})

verifies('corpus:answers', async () => {
  const endings = await expectSameAnswers(CORPUS.filter(({ isStream }) => !isStream))

  printFigures(`corpus: ${endings.length} whole answers come back the same`)
})

describe.skipIf(!hasSharedCorpus)('recorded answers of real providers, in ../shared/corpus', () => {
  it('are among those that are tried', () => {
    expect(sharedCorpus.length).toBeGreaterThanOrEqual(150)
    expect(CORPUS).toEqual([...madeCorpus, ...sharedCorpus])
  })
})

verifies('corpus:unread', async () => {
  const unread = CORPUS.filter((file) => readerOf(file) === undefined)

  const names = unread.map(({ name }) => name).toSorted()
  printFigures(`corpus: ${unread.length} files are not read, each for a reason`)
  expect(names).toEqual(hasSharedCorpus ? Object.keys(UNREAD) : [])
})
