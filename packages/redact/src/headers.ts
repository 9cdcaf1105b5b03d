/** Headers in one of the forms in which frameworks hand them out. */
export type HeaderSource =
  | Iterable<readonly [string, string]>
  | Readonly<Record<string, string | number | readonly string[] | undefined>>

// What may be stored. All others are left out: nobody can list all names that credentials go by.
const ALLOWED = new Set(
  `accept accept-encoding accept-language cache-control content-disposition content-encoding
  content-language content-type date etag last-event-id location mcp-protocol-version prefer request-id
  retry-after retry-after-ms traceparent tracestate user-agent x-request-id x-should-retry
  anthropic-beta anthropic-version openai-beta openai-processing-ms openai-version`.split(/\s+/),
)

/** Keeps the headers of the allow-list, and those that `isAllowed` adds. Names come out in lower case. */
export function filterHeaders(
  source: HeaderSource,
  isAllowed: (name: string) => boolean,
  redact: (text: string) => string,
): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [header, value] of entriesOf(source)) {
    const name = header.toLowerCase()
    const isKept = ALLOWED.has(name) || name.startsWith('x-ratelimit-') || isAllowed(name)
    if (!isKept || value === undefined) continue
    const text = redact(typeof value === 'object' ? value.join(', ') : String(value))
    kept[name] = name in kept ? `${kept[name]}, ${text}` : text
  }
  return kept
}

type HeaderValue = string | number | readonly string[] | undefined

function entriesOf(source: HeaderSource): Iterable<readonly [string, HeaderValue]> {
  return Symbol.iterator in source
    ? (source as Iterable<readonly [string, string]>)
    : Object.entries<HeaderValue>(source)
}
