const KEY = Symbol.for('retake.own-services.v1')

/** Whether a request goes to a service of one's own, which has a session for it and records its own calls. */
export function isOwnService({ origin }: URL): boolean {
  return ownServices().has(origin)
}

// One list per process, for all copies of this package.
function ownServices(): Set<string> {
  const holder = globalThis as { [KEY]?: Set<string> }
  return (holder[KEY] ??= new Set<string>())
}
