import { type Exchange, type Exchanges, headerOf } from './exchange.ts'

const STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
// As many as `fetch` follows.
const MOST = 20

/**
 * Joins redirects and what they led to, as one call: other tools tell each hop, while `fetch` follows them, so that an
 * app asks for the first and is given the last.
 */
export function joinRedirects(exchanges: readonly Exchange[]): Exchanges {
  const joined = new Set<Exchange>()
  const notes: string[] = []

  const places = placesByUrl(exchanges)

  function follow(first: Exchange, from: number): Exchange {
    let last = first
    for (let hops = 0; hops < MOST; hops++) {
      const next = nextOf(last, from)
      if (next === undefined) break
      joined.add(next)
      last = next
    }
    if (last === first) return first
    notes.push(`${first.label} was redirected: it is one call with the answer of ${last.label}`)
    return joinTwo(first, last)
  }

  // What lies behind is dropped, so that a file of nothing but redirects takes no longer than another.
  function nextOf(last: Exchange, from: number): Exchange | undefined {
    const target = targetOf(last)
    const candidates = target === undefined ? [] : (places.get(target) ?? [])
    while (candidates.length > 0) {
      const place = candidates.pop() ?? 0
      const next = exchanges[place]
      if (next !== undefined && place > from && !joined.has(next)) return next
    }
    return undefined
  }

  const result: Exchange[] = []
  for (const [index, exchange] of exchanges.entries()) {
    if (!joined.has(exchange)) result.push(follow(exchange, index))
  }
  return { exchanges: result, notes }
}

// The first one comes last, where it is taken from.
function placesByUrl(exchanges: readonly Exchange[]): ReadonlyMap<string, number[]> {
  const places = new Map<string, number[]>()
  for (const [place, { url }] of [...exchanges.entries()].toReversed()) {
    const known = places.get(withoutHash(url))
    if (known) known.push(place)
    else places.set(withoutHash(url), [place])
  }
  return places
}

function joinTwo(first: Exchange, last: Exchange): Exchange {
  const waited = elapsed(first, last)
  const { label, method, url, requestHeaders, requestBody, withheldRequest, startedAt } = first
  const { status, statusText, responseHeaders, responseBody, withheld } = last
  return {
    label,
    method,
    url,
    requestHeaders,
    ...(requestBody && { requestBody }),
    ...(withheldRequest !== undefined && { withheldRequest }),
    status,
    statusText,
    responseHeaders,
    ...(responseBody && { responseBody }),
    ...(withheld !== undefined && { withheld }),
    redirectedTo: withoutHash(last.url),
    ...(startedAt !== undefined && { startedAt }),
    ...(waited !== undefined && last.ms !== undefined && { ms: waited + last.ms }),
    ...(waited !== undefined && last.headMs !== undefined && { headMs: waited + last.headMs }),
  }
}

function elapsed(first: Exchange, last: Exchange): number | undefined {
  if (first.startedAt === undefined || last.startedAt === undefined) return undefined
  return Math.max(0, Date.parse(last.startedAt) - Date.parse(first.startedAt))
}

function targetOf({ status, responseHeaders, url, isWhole }: Exchange): string | undefined {
  const location = headerOf(responseHeaders, 'location')
  if (isWhole || location === undefined || !STATUSES.has(status)) return undefined
  return URL.canParse(location, url) ? withoutHash(new URL(location, url).href) : undefined
}

function withoutHash(url: string): string {
  return url.split('#', 1)[0] ?? url
}
