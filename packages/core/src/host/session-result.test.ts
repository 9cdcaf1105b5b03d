import { describe, expect, it } from 'vitest'
import { currentSession, type ReplayReport, type RetakeOptions } from '../index.ts'
import { ask } from '../../test/model.ts'
import { record } from '../../test/record.ts'
import { createTestRetake } from '../../test/test-retake.ts'

/** Records what one function returns, and replays it with another one. */
async function compare(
  recorded: () => unknown,
  now: () => unknown = recorded,
  options: RetakeOptions & { readonly ignore?: readonly string[] } = {},
): Promise<{ report: ReplayReport | undefined; result: unknown; logged: string[] }> {
  const logged: string[] = []
  const { ignore, ...others } = options
  const retake = createTestRetake({ log: (text) => void logged.push(text), ...others })
  const { id } = await record(retake, async () => {
    await ask('hello')
    return recorded()
  })
  const { end } = (await retake.store.load(id))!
  let report: ReplayReport | undefined
  const body = async () => {
    await ask('hello')
    return now()
  }
  const replaying = retake.replay(
    id,
    async (session) => {
      void session.settled.then(() => (report = session.report()))
      return body()
    },
    { ...(ignore && { ignore }) },
  )
  await replaying.catch(() => {})
  return { report, result: end?.result, logged }
}

describe('what the function of a session returns', () => {
  it.each<[string, () => unknown, unknown]>([
    ['an object', () => ({ text: 'a', at: new Date(0) }), { text: 'a', at: expect.anything() }],
    ['a text', () => 'a', 'a'],
    ['nothing', () => undefined, { $rt: 'undefined' }],
    ['null', () => null, null],
    ['credentials', () => ({ password: 'hunter2hunter2' }), { password: '«secret:1»' }],
  ])('is recorded, and found to be the same: %s', async (_name, body, stored) => {
    const { report, result } = await compare(body)

    expect(result).toEqual(stored)
    expect(report).toMatchObject({ status: 'ok', answer: { differences: [], notCompared: [] } })
  })

  it('differs, which is reported and logged, and does not throw', async () => {
    const retake = createTestRetake()
    const { id } = await record(retake, async () => ({ text: await ask('hello'), n: 1 }))
    const { report, logged } = await compare(
      () => ({ n: 1, list: [1] }),
      () => ({ n: 2, list: [] }),
    )

    await expect(
      retake.replay(id, async () => ({ text: await ask('hello'), n: 2 })),
    ).resolves.toMatchObject({ n: 2 })
    expect(report?.status).toBe('differs')
    expect(report?.answer?.differences).toEqual([
      { path: 'result.n', recorded: '1', now: '2' },
      { path: 'result.list[0]', recorded: '1', now: undefined },
    ])
    expect(logged.join('\n')).toContain('answer   result.n        recorded 1  now 2')
  })

  it('may differ where it is ignored, and a bad path is an error', async () => {
    let made = 0
    const body = () => ({ at: ++made })

    const { report } = await compare(body, body, { ignore: ['result.at'] })
    const retake = createTestRetake()
    const { id } = await record(retake, () => ask('hello'))

    expect(report?.status).toBe('ok')
    await expect(retake.replay(id, () => ask('hello'), { ignore: ['at'] })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    })
  })

  it('may hold the id of the session', async () => {
    const { report } = await compare(() => ({ url: `/sessions/${currentSession()?.id}` }))

    expect(report?.status).toBe('ok')
  })

  it.each<[string, () => unknown, string]>([
    ['what is too large', () => 'x'.repeat(1_100_000), 'over the limit of 1048576 bytes'],
    ['too many values', () => Array<number>(120_000).fill(0), 'too many values'],
  ])('is not vouched for where it is not stored: %s', async (_name, body, why) => {
    const { report } = await compare(body)

    expect(report?.status).toBe('unverified')
    expect(report?.answer?.notCompared[0]?.why).toContain(why)
  })

  it.each<[string, () => unknown]>([
    ['a stream', () => ({ text: 'a', stream: new ReadableStream() })],
    ['a function', () => ({ stop() {} })],
    ['a promise', () => ({ later: Promise.resolve(1) })],
    ['the session', () => ({ session: currentSession() })],
  ])('is left out where it is not data as a whole: %s', async (_name, body) => {
    const { report, result } = await compare(body)
    const now = await compare(() => ({ text: 'a' }), body)

    expect(result).toBeUndefined()
    expect([report?.status, report?.answer]).toEqual(['ok', undefined])
    expect(now.report?.status).toBe('unverified')
  })

  it('is left out as capture says', async () => {
    const fields = await compare(() => 'a', undefined, { fields: { finalResponse: false } })
    const bare = createTestRetake({ capture: 'metadata' })
    const { id } = await record(bare, async () => 'a')

    expect(JSON.stringify(fields.result)).not.toContain('"a"')
    expect((await bare.store.load(id))?.end).not.toHaveProperty('result')
  })

  it('is another one where the function throws', async () => {
    const { report } = await compare(
      () => 'fine',
      () => {
        throw new TypeError('broken')
      },
    )

    expect(report?.status).toBe('differs')
    expect(report?.answer?.differences).toMatchObject([
      { path: 'result', recorded: '"fine"', now: expect.stringContaining('broken') },
    ])
  })

  it('is not compared where none was recorded, or the replay went its own way', async () => {
    const retake = createTestRetake()
    const { id } = await record(retake, async () => ask('hello'))
    const { end: { result: _result, ...end } = {}, ...data } = (await retake.store.load(id))!
    const old = { session: data.session, events: data.events, end } as typeof data
    const reports: (ReplayReport | undefined)[] = []
    const note = async (prompt: string) => {
      const session = currentSession()
      void session?.settled.then(() => reports.push(session.report()))
      return ask(prompt)
    }

    await retake.replay(old, () => note('hello'))
    await retake.replay(id, () => note('bye'), { onMiss: 'live', onLeftover: 'ignore' })

    expect(reports.map((report) => [report?.status, report?.answer])).toEqual([
      ['ok', undefined],
      ['live=1', undefined],
    ])
  })

  it('is not vouched for where the recorded one makes no sense', async () => {
    const retake = createTestRetake()
    const body = async () => {
      await ask('hello')
      return [new Date(0)]
    }
    const { id } = await record(retake, body)
    const data = (await retake.store.load(id))!
    const result = [{ $rt: 'bytes', type: 'Uint8Array', v: '***' }]
    const end = { ...data.end, result } as typeof data.end
    let report: ReplayReport | undefined

    await retake.replay({ ...data, ...(end && { end }) }, async (session) => {
      void session.settled.then(() => (report = session.report()))
      return body()
    })

    expect(report?.status).toMatch(/^(?:unverified|differs)$/)
  })

  it('costs the app nothing where it cannot be read', async () => {
    const retake = createTestRetake()
    const value = {
      get broken(): never {
        throw new Error('getter')
      },
    }

    await expect(retake.session(() => value)).resolves.toBe(value)
    expect(retake.stats().failures).toBe(0)
  })
})

describe('headers of an HTTP answer in what a function returns', () => {
  const answer = (headers: Record<string, string>) => () => ({ response: { headers } })

  it('count as far as a replay has them', async () => {
    const live = { 'Content-Type': 'application/json', 'set-cookie': 'a', 'retry-after': '3' }
    const { report, result } = await compare(
      answer({ ...live, 'x-request-id': 'one' }),
      answer({ 'content-type': 'application/json', 'x-request-id': 'one' }),
    )
    const other = await compare(
      answer({ ...live, 'x-request-id': 'one' }),
      answer({ 'content-type': 'application/json', 'x-request-id': 'two' }),
    )

    expect(report?.status).toBe('ok')
    expect(other.report?.status).toBe('differs')
    expect(JSON.stringify(result)).not.toContain('set-cookie')
  })

  it('are told from other things of that name', async () => {
    const { report } = await compare(answer({ one: 'a' }), answer({ one: 'b' }))

    expect(report?.answer?.differences).toMatchObject([{ path: 'result.response.headers.one' }])
  })
})
