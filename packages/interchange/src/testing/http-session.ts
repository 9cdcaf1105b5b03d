import type { SessionData } from '@retake/format'
import type { Exchange } from '../exchange/exchange.ts'
import { toSession } from '../exchange/to-session.ts'
import { redactor } from './importing.ts'

/** A session of these requests, as @retake/fetch records it. */
export function httpSession(...exchanges: readonly Partial<Exchange>[]): SessionData {
  const all = exchanges.map((exchange, index) => ({
    label: `exchange ${index}`,
    method: 'GET',
    url: 'https://api.test/',
    requestHeaders: [],
    status: 200,
    statusText: '',
    responseHeaders: [['content-type', 'text/plain']] as const,
    responseBody: new Uint8Array(),
    ...exchange,
  }))
  return toSession({ exchanges: all, notes: [] }, 'a test', { redactor }).data
}
