import type { Path } from '@retake/format'

/**
 * Tells whether a path lies at, or beneath, one of some globs, such as `messages.*.content` or `**.ssn`.
 * `*` stands for one key or index, `**` for any number of them.
 */
export function createPathMatcher(globs: readonly string[]): ((path: Path) => boolean) | undefined {
  if (globs.length === 0) return undefined
  const compiled = globs.map((glob) => glob.replaceAll(/\[([^\]]*)\]/g, '.$1').split('.'))
  return (path) => compiled.some((glob) => matches(glob, path))
}

function matches(glob: readonly string[], path: Path): boolean {
  const [first, ...rest] = glob
  if (first === undefined) return true
  if (first === '**')
    return matches(rest, path) || (path.length > 0 && matches(glob, path.slice(1)))
  if (path.length === 0) return false
  return (first === '*' || first === String(path[0])) && matches(rest, path.slice(1))
}
