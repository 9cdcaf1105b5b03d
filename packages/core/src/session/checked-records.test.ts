import { describe, expect, it } from 'vitest'
import { call, createRetake, type CallOptions } from '../index.ts'
import { type LogRecord, type Store, createMemoryStore } from '@retake/store'
import { CHECKED, type Checked, recordFault } from '@retake/format'

/** The records that are written of calls. */
async function recordsOf(
  ...calls: readonly CallOptions[]
): Promise<readonly (LogRecord & Checked)[]> {
  const records: LogRecord[] = []
  const store: Store = {
    ...createMemoryStore(),
    open: () => ({ append: (record) => void records.push(record), close() {} }),
  }
  const retake = createRetake({ store, log: false })
  await retake.session(async () => {
    for (const options of calls) await call(options, async () => 'answer')
  })
  return records.filter(({ type }) => type === 'event')
}

const GOOD: CallOptions = {
  kind: 'llm',
  name: 'model',
  op: 'generate',
  key: 'k',
  model: 'm',
  provider: 'p',
  request: { prompt: 'x' },
  attributes: { a: 1 },
  summarize: () => ({ usage: { inputTokens: 1 }, costUsd: Number.NaN, attributes: { b: 2 } }),
}

describe('records of calls', () => {
  it('are not looked at again where all that was said of them is right', async () => {
    const records = await recordsOf(GOOD, { kind: 'tool', name: '', sync: true })

    expect(records.map((record) => record[CHECKED])).toEqual([true, true])
    expect(records.map(recordFault)).toEqual([undefined, undefined])
  })

  it.each([
    { kind: 'bogus' },
    { op: 'other' },
    { attributes: [1] },
    { model: null },
    { provider: 7 },
  ])('are looked at where it is not: %o', async (wrong) => {
    const [record] = await recordsOf({ ...GOOD, ...(wrong as Partial<CallOptions>) })

    expect(record?.[CHECKED] ?? false).toBe(false)
  })
})
