import { addFenceRule, isThisMachine } from '@retake/core/adapter'
import { matchOrigins, type OriginPattern } from './own-services.ts'

export interface GuardOptions {
  /** Origins that a replay may go to, such as that of a database. */
  readonly allow?: readonly OriginPattern[]
  /**
   * Whether a replay may go to this machine.
   *
   * @default true
   */
  readonly loopback?: boolean
}

/**
 * Sets for all sessions of this process what a replay may send for real, besides what their `fence` option says. Each
 * replay refuses what does not come through a recorder: it fails with `ReplayEscapeError` before a byte is sent.
 *
 * @returns a function that ends it.
 * @throws {TypeError} when an origin is not a URL.
 */
export function guardNetwork({ allow = [], loopback = true }: GuardOptions = {}): () => void {
  const isAllowed = matchOrigins(allow)
  return addFenceRule(({ origin }) => {
    if (isAllowed(origin)) return 'pass'
    return isThisMachine(origin) && loopback ? undefined : { refuse: refusal(origin) }
  })
}

function refusal(origin: string): string {
  return `A request to ${origin} does not come through a recorder. Make its client with { fetch: retakeFetch() }, hand it to retakeClient(), or load @retake/fetch/register before it. guardNetwork({ allow }) lets it pass.`
}
