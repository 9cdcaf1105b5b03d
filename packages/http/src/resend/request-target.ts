/** Whether a text is a path of a server, with or without a query, and nothing that a URL parser takes for more. */
export function isPath(text: string): boolean {
  // Two slashes begin a host, and a backslash is taken for a slash. Tabs and line ends are left out by parsers.
  return /^\/(?![/\\])[^\\\s\p{Cc}]*$/u.test(text)
}

/**
 * The address of a recorded path on a server.
 *
 * @param base origin of the server, and the path that all of its paths start with.
 * @returns `undefined` for a path that would lead to another server, or out of `base`.
 */
export function resolveTarget(base: string, path: string): URL | undefined {
  if (!isPath(path)) return undefined
  const root = new URL(base)
  const prefix = root.pathname.replace(/\/$/, '')
  const target = new URL(`${root.origin}${prefix}${path}`)
  const isBelow = target.origin === root.origin && target.pathname.startsWith(`${prefix}/`)
  return isBelow ? target : undefined
}
