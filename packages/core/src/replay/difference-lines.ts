import type { Difference } from './similarity.ts'

const MAX_SHOWN = 6
const MAX_TEXT = 80

/** Lines that put two requests side by side, labelled by when each was made. */
export function differenceLines(found: readonly Difference[], indent: string): readonly string[] {
  const shown = found.slice(0, MAX_SHOWN)
  const width = Math.max(0, ...shown.map(({ path }) => path.length))
  const lines = shown.map(
    ({ path, recorded, now }) =>
      `${indent}${path.padEnd(width)}  recorded ${clip(recorded)}  now ${clip(now)}`,
  )
  const rest = found.length - shown.length
  return rest > 0 ? [...lines, `${indent}and ${rest} more`] : lines
}

function clip(text: string | undefined): string {
  if (text === undefined) return '(absent)'
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text
}
