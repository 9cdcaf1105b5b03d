const SEPARATOR = ' > '

/** A path without what tells siblings apart. */
export function placeOf(path: string): string {
  return path.split(SEPARATOR).map(nameOf).join(SEPARATOR)
}

// Without a pattern that looks for its end from every bracket: a path may come from a file that says anything.
function nameOf(segment: string): string {
  const isKeyed = segment.endsWith(']')
  const at = segment.lastIndexOf(isKeyed ? '[' : '#')
  const isApart = at !== -1 && (isKeyed || /^\d+$/.test(segment.slice(at + 1)))
  return isApart ? segment.slice(0, at) : segment
}

/** The path of what is named `segment` beneath `path`. */
export function joinPath(path: string, segment: string): string {
  return path === '' ? segment : path + SEPARATOR + segment
}

/** A name as it stands in a path. Names come from users: what has a meaning in a path is percent-encoded in them. */
export function escapeName(name: string): string {
  return /[>[\]%]/.test(name) ? name.replace(/[>[\]%]/g, encodeURIComponent) : name
}
