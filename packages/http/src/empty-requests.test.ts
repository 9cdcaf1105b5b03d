import { describe, expect, it } from 'vitest'
import { type RetakeOptions, createRetake, currentSession, type Retake, call } from '@retake/core'
import type { SessionData } from '@retake/format'
import type { Exchange } from './exchange.ts'
import { openExchange } from './open-exchange.ts'
import type { HttpRequest } from './stored-request.ts'
import { createMemoryStore } from '@retake/store'
import { runInScope } from '@retake/core/adapter'
import { sessionHandle, stateOf } from '@retake/core/host'

const REQUEST: HttpRequest = {
  method: 'GET',
  url: '/health',
  peer: '127.0.0.1',
  header: () => undefined,
  headers: () => ({}),
}

interface Opened {
  readonly retake: Retake
  readonly exchange: Exchange
  readonly load: () => Promise<SessionData | undefined>
}

function open(options: RetakeOptions = {}): Opened {
  const retake = createRetake({ store: createMemoryStore(), log: false, ...options })
  const opening = openExchange(retake, REQUEST, 'native')
  if (opening === undefined || opening instanceof Promise || 'refused' in opening)
    throw new Error('not opened')
  const { exchange } = opening
  return { retake, exchange, load: () => retake.store.load(exchange.scope.session.id) }
}

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve))

const ask = (exchange: Exchange, answer: Promise<void> = turn()) =>
  runInScope(exchange.scope, () =>
    call({ kind: 'llm', name: 'model', request: 1 }, async () => answer),
  )

describe('a request in which nothing was recorded', () => {
  it('is not stored, and not asked about', async () => {
    const asked: string[] = []
    const { exchange, load } = open({ keep: ({ id }) => asked.push(id) > 0 })

    exchange.over('finished')
    await exchange.settled()

    expect(await load()).toBeUndefined()
    expect(asked).toEqual([])
  })

  it('is stored when it is to be kept', async () => {
    const { exchange, load } = open({ keepEmpty: true })

    exchange.over('finished')

    expect((await load())?.end?.endState).toBe('success')
  })

  it('is stored when it fails, with the reason', async () => {
    const { exchange, load } = open()

    exchange.over('finished', { status: 500, error: new Error('no disk') })

    expect((await load())?.end).toMatchObject({ endState: 'failure', endReason: 'no disk' })
  })

  it('is stored when the app calls it a failure', async () => {
    const { exchange, load } = open()

    sessionHandle(stateOf(exchange.scope.session)).end('failure', 'refused')
    exchange.over('finished')

    expect((await load())?.end?.endReason).toBe('refused')
  })

  it('makes no record, whose headers and URL would have to be redacted', () => {
    const { exchange } = open()

    exchange.over('finished')

    expect(stateOf(exchange.scope.session).made).toBeUndefined()
  })
})

describe('a request in which something was recorded', () => {
  it('is stored before the answer of its first call is there', async () => {
    const { exchange, load } = open()

    const answer = Promise.withResolvers<void>()
    const asked = ask(exchange, answer.promise)
    await turn()
    const before = await load()
    answer.resolve()
    await asked

    expect(before?.session.name).toBe('GET /health')
    expect(before?.events).toMatchObject([{ name: 'model', state: 'pending' }])
  })

  it('is stored with an end when that comes only after its response', async () => {
    const { exchange, load } = open()
    exchange.over('finished')

    await ask(exchange)
    await turn()

    expect(await load()).toMatchObject({
      events: [{ name: 'model', state: 'ok' }],
      end: { endState: 'success', late: 1 },
    })
  })

  it('is stored with an end when it is only noted after its response', async () => {
    const { exchange, load } = open()
    exchange.over('finished')

    sessionHandle(stateOf(exchange.scope.session)).score('helpful', 1)
    await turn()

    expect(await load()).toMatchObject({
      events: [{ name: 'helpful' }],
      end: { totals: { events: 1 } },
    })
  })

  it('is stored when it was not sampled and fails', async () => {
    const { exchange, load } = open({ sample: 0 })

    await ask(exchange)
    const running = await load()
    exchange.over('error')

    expect(running).toBeUndefined()
    expect(await load()).toMatchObject({ events: [{ state: 'ok' }], end: { endState: 'failure' } })
  })

  it('is not stored when it was not sampled and does not fail, late work included', async () => {
    const { exchange, load } = open({ sample: 0 })

    await ask(exchange)
    exchange.over('finished')
    await ask(exchange)

    expect(await load()).toBeUndefined()
  })

  it('says what was lost when the store could not be opened', async () => {
    const memory = createMemoryStore()
    const store = {
      ...memory,
      open() {
        throw new Error('no space')
      },
    }
    const { exchange, retake } = open({ store })
    sessionHandle(stateOf(exchange.scope.session)).addTags(['a'])

    await ask(exchange)
    exchange.over('finished')

    expect(retake.stats()).toMatchObject({ failures: 1, dropped: expect.any(Number) })
    expect(stateOf(exchange.scope.session).lost).toBeGreaterThanOrEqual(2)
  })
})

describe('a session that is over', () => {
  it('is asked about outside of it', async () => {
    const seen: unknown[] = []
    const retake = createRetake({
      store: createMemoryStore(),
      log: false,
      keep: () => seen.push(currentSession()?.id) > 0,
    })

    await retake.session(() => call({ kind: 'llm', name: 'model', request: 1 }, () => turn()))
    await expect(retake.session(() => Promise.reject(new Error('down')))).rejects.toThrow('down')
    await turn()

    expect(seen).toEqual([undefined, undefined])
  })
})
