import type { HeaderValue } from '@retake/core/adapter'
import type { HttpRequest } from './stored-request.ts'

// A proxy on this machine speaks for callers elsewhere, and says so in one of these.
const FORWARDING: ReadonlySet<string> = new Set(
  `forwarded via x-real-ip x-client-ip x-cluster-client-ip x-host x-original-url x-original-host
  x-rewrite-url x-proxyuser-ip x-arr-log-id x-azure-clientip x-azure-ref x-appengine-user-ip 
  x-amz-cf-id true-client-ip cf-connecting-ip cf-connecting-ipv6 cf-ray cdn-loop fastly-client-ip fastly-ff
  fly-client-ip fly-forwarded-port x-nf-client-connection-ip x-railway-edge wl-proxy-client-ip proxy-client-ip
  x-remote-ip x-remote-addr x-sucuri-clientip incap-client-ip`.split(/\s+/),
)
const FORWARDING_FAMILY = /^(?:x-(?:original-|vercel-|ngrok-)?forwarded|x-envoy-)/

/** Why a caller is not taken for one on this machine; `undefined` for one that is. */
export type Stranger = 'elsewhere' | 'forwarded' | 'host' | 'origin'

/**
 * Whether a request comes from this machine, and from nobody else by way of it.
 *
 * What a page of another site has a browser send comes from this machine too: it is told by where the page is from, and,
 * where a name of its own leads to this machine, by `Host`.
 *
 * @param origins of pages, such as `https://app.example.com`, that count as local besides.
 * @see https://www.w3.org/TR/fetch-metadata/
 */
export function strangerAt(
  request: HttpRequest,
  origins: readonly string[] = [],
): Stranger | undefined {
  if (request.peer === undefined || !isLoopback(request.peer)) return 'elsewhere'
  if (namesOf(request).some(isForwarding)) return 'forwarded'
  if (request.peer === 'local') return undefined
  const host = textOf(request.header('host'))
  if (host !== undefined && !isLocalHost(host) && !hostsOf(origins).includes(host)) return 'host'
  return isForeign(request, host, origins) ? 'origin' : undefined
}

function namesOf(request: HttpRequest): readonly string[] {
  const headers = request.headers()
  const names =
    Symbol.iterator in headers ? Array.from(headers, ([name]) => name) : Object.keys(headers)
  return names.map((name) => name.toLowerCase())
}

function isForwarding(name: string): boolean {
  return FORWARDING.has(name) || FORWARDING_FAMILY.test(name)
}

function isLoopback(address: string): boolean {
  return (
    address === 'local' || address === '::1' || /^(?:::ffff:)?127\.\d+\.\d+\.\d+$/.test(address)
  )
}

// Names below `localhost` lead to this machine (RFC 6761, 6.3).
function isLocalHost(host: string): boolean {
  return /^(?:(?:[a-z\d-]+\.)*localhost\.?|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1?\])(?::\d+)?$/i.test(
    host,
  )
}

function isForeign(
  request: HttpRequest,
  host: string | undefined,
  origins: readonly string[],
): boolean {
  const origin = textOf(request.header('origin'))
  if (origin !== undefined && origins.includes(origin)) return false
  if (textOf(request.header('sec-fetch-site')) === 'cross-site') return true
  if (origin === undefined) return false
  const from = /^https?:\/\/([^/]+)$/i.exec(origin)?.[1]
  return from === undefined || !(from === host || isLocalHost(from))
}

function hostsOf(origins: readonly string[]): readonly string[] {
  return origins.flatMap((origin) => (URL.canParse(origin) ? [new URL(origin).host] : []))
}

// What comes several times names nobody.
function textOf(value: HeaderValue): string | undefined {
  if (value === undefined || value === null) return undefined
  return typeof value === 'string' ? value : value.join()
}
