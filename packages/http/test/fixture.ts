import { createRetake, type Retake, type RetakeOptions } from '@retake/core'
import type { SessionData } from '@retake/format'
import { createMemoryStore } from '@retake/store'
import type { Exchange } from '../src/exchange.ts'
import type { HttpOptions } from '../src/http-options.ts'
import { openExchange, type Opening } from '../src/open-exchange.ts'
import type { Problem } from '../src/problem.ts'
import { request, type Told } from './request.ts'

/** An environment that opens the gate. */
export const ENABLED = { RETAKE_REPLAY_ENABLED: '1' }

/** An instance, and requests to it. */
export interface Fixture {
  readonly retake: Retake
  /** Sessions that were looked up. */
  readonly loaded: string[]
  readonly open: (told?: Told, options?: HttpOptions<string>) => Promise<Exchange>
  readonly refused: (told?: Told, options?: HttpOptions<string>) => Promise<Problem>
  readonly stored: (exchange: Exchange) => Promise<SessionData>
}

/** Sets up an instance with a store of its own. */
export function fixture(options: RetakeOptions = {}): Fixture {
  const store = createMemoryStore()
  const loaded: string[] = []
  const observed: typeof store = { ...store, load: (id) => (loaded.push(id), store.load(id)) }
  const retake = createRetake({
    environment: ENABLED,
    log: false,
    keepEmpty: true,
    ...options,
    store: observed,
  })

  async function attempt(told?: Told, httpOptions?: HttpOptions<string>): Promise<Opening> {
    const opening = await openExchange(retake, request(told), 'native', httpOptions)
    if (opening === undefined) throw new Error('passed by')
    return opening
  }

  return {
    retake,
    loaded,
    async open(told, httpOptions) {
      const opening = await attempt(told, httpOptions)
      if ('refused' in opening) throw new Error(`refused: ${opening.refused.body}`)
      return opening.exchange
    },
    async refused(told, httpOptions) {
      const opening = await attempt(told, httpOptions)
      if ('exchange' in opening) throw new Error('not refused')
      return opening.refused
    },
    stored: (exchange) => storedBy({ ...retake, store }, exchange),
  }
}

async function storedBy({ store }: Retake, exchange: Exchange): Promise<SessionData> {
  exchange.over('finished')
  await exchange.settled()
  const data = await store.load(idOf(exchange))
  if (data === undefined) throw new Error('not stored')
  return data
}

/** The id of the session of an exchange, as its caller is told it. */
export function idOf({ headers }: Exchange): string {
  return headers['X-Session-Id'] ?? ''
}
