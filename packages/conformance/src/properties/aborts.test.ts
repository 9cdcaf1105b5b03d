import fc from 'fast-check'
import { expect } from 'vitest'
import { createTestRetake, endingOf, everySource, record, replay, type Ending } from '../lab.ts'
import { openParts } from '../program-calls.ts'
import type { Read } from '../program.ts'
import { createProvider } from '../provider.ts'
import { holds } from './property.ts'

const PARTS = 4
const LEFT = 'the user left'
const GIVEN_UP = 'given up'
const READ_TO_THE_END = 'read to the end'
const COUNT = fc.integer({ min: 1, max: PARTS + 1 })

const READING = fc.record<Reading>({
  shape: fc.constantFrom('stream', 'iterable'),
  how: fc.constantFrom('abort', 'break'),
  isDeaf: fc.boolean(),
})

interface Reading extends Pick<Read, 'shape' | 'isDeaf'> {
  readonly how: 'abort' | 'break'
}

interface Seen {
  readonly texts: readonly string[]
  readonly ending: Ending<string>
}

/** Reads so many parts, and gives up then; with more than there are, it reads to the end. */
function createReader({ how, ...reading }: Reading) {
  const provider = createProvider()
  const gaps = Array<number>(PARTS).fill(0)

  async function read(count: number): Promise<Seen> {
    const controller = new AbortController()
    const { signal } = controller
    const texts: string[] = []
    const ending = await endingOf(readOn(texts, count, controller, signal))
    return { texts, ending }
  }

  async function readOn(
    texts: string[],
    count: number,
    controller: AbortController,
    signal: AbortSignal,
  ): Promise<string> {
    const step = { ...reading, type: 'read', prompt: 'plan', gaps, take: count } as const
    for await (const { text } of await openParts(step, { provider, signal })) {
      texts.push(text)
      if (texts.length < count) continue
      if (how === 'break') return GIVEN_UP
      controller.abort(new Error(LEFT))
    }
    return READ_TO_THE_END
  }
  return { provider, read }
}

holds('property:aborts', 120, READING, COUNT, COUNT, async (reading, recorded, now) => {
  const retake = createTestRetake()
  const { provider, read } = createReader(reading)
  const { id, value: live } = await record(retake, () => read(recorded))
  const isWhole = 'value' in live.ending && live.ending.value === READ_TO_THE_END
  const { calls } = provider

  for (const source of await everySource(retake, id)) {
    const { ending, report } = await replay(retake, source, () => read(now), { abortGraceMs: 1 })
    if (now > recorded && !isWhole) {
      expect(ending).toMatchObject({ error: { code: 'REPLAY_NO_SNAPSHOTS' } })
    } else {
      expect(ending).toEqual({ value: now < recorded ? cutShort(live, now, reading) : live })
      expect(report.status).toMatch(now < recorded ? /^(?:ok|differs)$/ : /^ok$/)
    }
    expect(provider.calls).toBe(calls)
  }
})

/** What is seen of a stream by a reader who gives it up sooner than when it was recorded. */
function cutShort({ texts }: Seen, count: number, { how }: Reading): Seen {
  const ending = how === 'break' ? { value: GIVEN_UP } : { error: new Error(LEFT) }
  return { texts: texts.slice(0, count), ending }
}
