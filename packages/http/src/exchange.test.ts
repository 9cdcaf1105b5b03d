import { describe, expect, it } from 'vitest'
import { call, type RetakeOptions } from '@retake/core'
import { runInScope } from '@retake/core/adapter'
import { fixture, idOf, type Fixture } from '../test/fixture.ts'
import type { Exchange } from './exchange.ts'

const ANSWER = { status: 200, headers: {}, body: 'one' }

describe('a replay', () => {
  async function recorded({ open, stored }: Fixture) {
    const exchange = await open()
    await askAgain(exchange)
    exchange.recordResponse(ANSWER)
    return (await stored(exchange)).session
  }

  function askAgain({ scope }: Exchange): Promise<string> {
    return runInScope(scope, () =>
      call({ kind: 'llm', name: 'model', request: 1 }, async () => 'one'),
    )
  }

  it('names itself and what it replays', async () => {
    const all = fixture()
    const { id } = await recorded(all)

    const exchange = await all.open({ headers: { 'x-replay': id } })

    expect(exchange.isReplay).toBe(true)
    expect(exchange.headers['X-Replay-Of']).toBe(id)
    expect(idOf(exchange)).not.toBe(id)
    expect(exchange.exposed).toEqual(['X-Session-Id', 'X-Replay-Of', 'X-Replay-Status'])
  })

  it('says how it goes: pending while work goes on', async () => {
    const all = fixture()
    const { id } = await recorded(all)
    const exchange = await all.open({ headers: { 'x-replay': id } })

    const asked = askAgain(exchange)
    const during = exchange.status()
    await asked

    expect([during, exchange.status()]).toEqual(['pending', 'ok'])
  })

  it('stays as it was said to be, although a call follows that was made before the answer', async () => {
    const all = fixture()
    const { id } = await recorded(all)
    const exchange = await all.open({ headers: { 'x-replay': id } })

    exchange.compareResponse(ANSWER)
    const before = exchange.status()
    await askAgain(exchange)
    const { end } = await all.stored(exchange)

    expect([before, exchange.status()]).toEqual(['leftover=1', 'leftover=1'])
    expect(end).toMatchObject({ report: { status: 'leftover=1', served: 1 } })
  })

  it('is pending as long as calls may follow that were made after the answer', async () => {
    const all = fixture()
    const recording = await all.open()
    recording.answered()
    await askAgain(recording)
    recording.recordResponse(ANSWER)
    await all.stored(recording)
    const exchange = await all.open({ headers: { 'x-replay': idOf(recording) } })

    exchange.compareResponse(ANSWER)
    const before = exchange.status()
    await askAgain(exchange)
    const { end } = await all.stored(exchange)

    expect([before, exchange.status()]).toEqual(['pending', 'ok'])
    expect(end).toMatchObject({ report: { status: 'ok' } })
  })

  it('is not pending for what an adapter holds open itself', async () => {
    const all = fixture()
    const { id } = await recorded(all)
    const exchange = await all.open({ headers: { 'x-replay': id } })

    const release = exchange.hold()

    expect(exchange.status()).toBe('leftover=1')
    release()
  })

  it('has a problem once it has failed, and keeps it', async () => {
    const all = fixture()
    const { id } = await recorded(all)
    const exchange = await all.open({ headers: { 'x-replay': `${id};match=strict` } })
    expect(exchange.problem()).toBeUndefined()

    const missed = runInScope(exchange.scope, () =>
      call({ kind: 'llm', name: 'model', request: 'another' }, async () => 'two'),
    )

    await expect(missed).rejects.toThrow('no recording')
    expect(exchange.problem()).toMatchObject({ status: 409 })
    expect(exchange.status()).toBe('miss=1, leftover=1')
    expect((await all.stored(exchange)).end).toMatchObject({ endState: 'failure' })
  })

  it('takes its options from the header before those of the app', async () => {
    const all = fixture()
    const { id } = await recorded(all)
    const other = { kind: 'llm', name: 'model', request: 'another' } as const
    const replayed = async (header: string) => {
      const exchange = await all.open({ headers: { 'x-replay': header } })
      return runInScope(exchange.scope, () => call(other, async () => 'live'))
    }

    expect(await replayed(`${id};match=position`)).toBe('one')
    expect(await replayed(`${id};miss=live`)).toBe('live')
    expect(await replayed(`${id};until=0;miss=live`)).toBe('live')
  })
})

describe('an answer', () => {
  it.each<[string, RetakeOptions, number, boolean]>([
    ['of a request that is recorded', {}, 200, true],
    ['of one in which nothing was recorded', { keepEmpty: false }, 200, false],
    ['of one that was not sampled', { sample: () => false }, 200, false],
    ['of one that was not sampled and fails', { sample: () => false }, 500, true],
    ['where no content is kept', { capture: 'metadata' }, 500, false],
  ])('is stored as its session is: %s', async (_what, options, status, isKept) => {
    const exchange = await fixture(options).open()

    expect(exchange.keepsResponse(status)).toBe(isKept)
  })

  it('is stored of a request that was not sampled while work goes on that may fail', async () => {
    const exchange = await fixture({ sample: () => false }).open()
    const release = exchange.hold()

    expect(exchange.keepsResponse(200)).toBe(true)
    release()
    expect(exchange.keepsResponse(200)).toBe(false)
  })
})

describe('the end of an exchange', () => {
  it.each([
    ['finished', {}, 'success'],
    ['finished', { status: 499 }, 'success'],
    ['finished', { status: 500 }, 'failure'],
    ['finished', { status: 404, error: new Error('not there') }, 'success'],
    ['error', { status: 200 }, 'failure'],
    ['client_closed', { status: 200 }, 'indeterminate'],
    ['client_closed', { status: 500 }, 'indeterminate'],
  ] as const)('%s with %j is a %s', async (reason, answer, endState) => {
    const { open, stored } = fixture()
    const exchange = await open()

    exchange.over(reason, answer)

    expect((await stored(exchange)).end).toMatchObject({ endState })
  })

  it('comes once', async () => {
    const { open, stored } = fixture()
    const exchange = await open()

    exchange.over('client_closed')
    exchange.over('error', { error: new Error('too late') })

    const { end } = await stored(exchange)
    expect(end).toMatchObject({ endState: 'indeterminate' })
    expect(end).not.toHaveProperty('endReason')
  })

  it.each([
    [new Error('for sk-proj-1234567890abcdefghij'), 'for «secret:1»'],
    ['a text', 'a text'],
    [Object.create(null), 'an error that cannot be read'],
  ])('says why the app failed, as far as it may: %j', async (error, endReason) => {
    const { open, stored } = fixture()
    const exchange = await open()

    exchange.over('error', { error })

    expect((await stored(exchange)).end?.endReason).toBe(endReason)
  })

  it('waits for what is held open', async () => {
    const { open, retake } = fixture()
    const exchange = await open()
    const release = exchange.hold()

    exchange.over('finished')
    exchange.recordBody({ late: true })
    expect((await retake.store.load(idOf(exchange)))?.end).toBeUndefined()
    release()
    await exchange.settled()

    const data = await retake.store.load(idOf(exchange))
    expect(data?.end).toMatchObject({ endState: 'success' })
    expect(data?.session.request?.body).toEqual({ late: true })
  })
})
