const PROBE_PATH = '/.retake-gate-check'
// Whoever reads this header has its gate open, and refuses it before any handler runs.
const MALFORMED = '?'

/** What is known of a server: it replays, it gave no sign that it does, or it does not answer. */
export type GateState = 'open' | 'unknown' | 'unreachable'

export interface ProbeOptions {
  /** The secret of a gate in production. */
  readonly key?: string | undefined
  /** @default 5000 */
  readonly timeoutMs?: number
}

/**
 * Finds out whether a server replays, without having it do anything: the requests that are sent ask for nothing
 * (`OPTIONS`), or for a path that is not there.
 *
 * @param url of a route below which the middleware is mounted.
 */
export async function probeGate(
  url: string,
  { key, timeoutMs = 5_000 }: ProbeOptions = {},
): Promise<GateState> {
  const headers = { 'X-Replay': MALFORMED, ...(key !== undefined && { 'X-Replay-Key': key }) }
  const { origin, pathname } = new URL(url)
  const below = `${origin}${pathname.replace(/\/$/, '')}${PROBE_PATH}`
  const tries = [
    { method: 'OPTIONS', url },
    { method: 'GET', url: below },
    { method: 'GET', url: `${origin}${PROBE_PATH}` },
  ]
  let isReached = false
  for (const { method, url } of tries) {
    try {
      const signal = AbortSignal.timeout(timeoutMs)
      const response = await fetch(url, { method, headers, signal, redirect: 'manual' })
      isReached = true
      if (await refusesHeader(response)) return 'open'
    } catch {}
  }
  return isReached ? 'unknown' : 'unreachable'
}

async function refusesHeader(response: Response): Promise<boolean> {
  if (response.status !== 400) {
    await response.body?.cancel()
    return false
  }
  const text = await response.text()
  return text.includes('REPLAY_HEADER_INVALID')
}
