/** An origin such as `http://billing.internal:8080`, or a pattern that a whole origin has to fit. */
export type OriginPattern = string | RegExp

type Matches = (origin: string) => boolean

const KEY = Symbol.for('retake.own-services.v1')

/** Whether a request goes to a service of one's own, which has a session for it and records its own calls. */
export function isOwnService({ origin }: URL): boolean {
  for (const matches of ownServices()) if (matches(origin)) return true
  return false
}

/** Makes services known as one's own, until what is returned is called. */
export function addOwnServices(matches: Matches): () => void {
  ownServices().add(matches)
  return () => void ownServices().delete(matches)
}

/**
 * Whether an origin is one of some.
 *
 * @throws {TypeError} when a text is not a URL.
 */
export function matchOrigins(patterns: readonly OriginPattern[]): Matches {
  const exact = new Set<string>()
  const expressions: RegExp[] = []
  for (const pattern of patterns) {
    if (typeof pattern === 'string') exact.add(new URL(pattern).origin)
    // Without what makes one remember where it was.
    else expressions.push(new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, '')))
  }
  return (origin) => exact.has(origin) || expressions.some((expression) => expression.test(origin))
}

// One list per process, for all copies of this package.
function ownServices(): Set<Matches> {
  const holder = globalThis as { [KEY]?: Set<Matches> }
  return (holder[KEY] ??= new Set<Matches>())
}
