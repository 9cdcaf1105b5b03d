import { createHash } from 'node:crypto'
import { call } from '@retake/core'
import { parseCassette, serializeCassette } from '@retake/core/cassette-file'
import { expect } from 'vitest'
import { createTestRetake, loadSession, record, replay, throughCassette } from '../lab.ts'
import { createModel } from '../model.ts'
import { readParts } from '../provider.ts'
import { inEveryStore } from '../stores.ts'
import { verifies } from '../verifies.ts'

const noBlobs = (name: string): never => {
  throw new Error(`There is no blob ${name}.`)
}

async function recordText(): Promise<string> {
  const retake = createTestRetake()
  const { id } = await record(retake, () => createModel().ask('hello'))
  return serializeCassette(await loadSession(retake, id)).text
}

verifies(
  'cassette:empty-diff',
  inEveryStore(async (create) => {
    const agent = async () => {
      const { ask, read, search } = createModel()
      await search('one')
      await Promise.all([ask('two', { latency: 'instant' }), ask('three', { latency: 'instant' })])
      return readParts(read('four'))
    }
    const texts: string[] = []
    for (let times = 0; times < 2; times++) {
      const retake = create()
      const { id } = await record(retake, agent)
      texts.push(serializeCassette(await loadSession(retake, id)).text)
    }

    const belowHeader = (text: string | undefined) => {
      const { session: _, ...rest } = JSON.parse(text ?? '') as Record<string, unknown>
      return rest
    }
    expect(texts[0]).not.toBe(texts[1])
    expect(belowHeader(texts[0])).toEqual(belowHeader(texts[1]))
  }),
)

verifies(
  'cassette:blobs',
  inEveryStore(async (create) => {
    const retake = create()
    const essay = 'é'.repeat(50_000)
    const image = new Uint8Array(70_000).fill(7)
    const body = () =>
      call({ kind: 'llm', name: 'any', request: { essay } }, async () => ({ image, essay }))
    const { id } = await record(retake, body)
    const data = await loadSession(retake, id)
    const { text, blobs } = serializeCassette(data)

    expect(text.length).toBeLessThan(4_000)
    expect(blobs.size).toBe(2)
    for (const [name, bytes] of blobs) {
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(name)
    }
    expect((await replay(retake, throughCassette(data), body)).ending).toEqual({
      value: { image, essay },
    })
    const swapped = () => parseCassette(text, () => new Uint8Array([1]))
    expect(swapped).toThrow(expect.objectContaining({ code: 'REPLAY_INVALID_SESSION' }) as Error)
  }),
)

verifies('cassette:corrupt', async () => {
  const text = await recordText()
  const newer = text.replace(/"minReader": \d+/, '"minReader": 999')
  const damaged = [text.slice(0, -20), text.slice(20), '', '{}', '[]', 'null', newer]

  expect(newer).not.toBe(text)
  for (const broken of damaged) {
    expect(() => parseCassette(broken, noBlobs)).toThrow(
      expect.objectContaining({ code: 'REPLAY_INVALID_SESSION', status: 422 }) as Error,
    )
  }
})

verifies('cassette:edited', async () => {
  const text = await recordText()
  const edited = text.replaceAll('hello → 1', 'an answer by hand')
  const source = parseCassette(edited, noBlobs)

  const { ending, report } = await replay(createTestRetake(), source, () =>
    createModel().ask('hello'),
  )

  expect(edited).not.toBe(text)
  expect(ending).toEqual({ value: 'an answer by hand' })
  expect(report.status).toBe('ok')
})
