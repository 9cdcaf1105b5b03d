import type { Difference } from './similarity.ts'

const MAX_SHOWN = 6
const MAX_TEXT = 80
// What stands before the place at which two texts part.
const LEAD = 24

/** Lines that put two requests side by side, labelled by when each was made. Of long texts the part that differs. */
export function differenceLines(found: readonly Difference[], indent: string): readonly string[] {
  const shown = found.slice(0, MAX_SHOWN)
  const width = Math.max(0, ...shown.map(({ path }) => path.length))
  const lines = shown.map((difference) => {
    const from = startOf(difference)
    const { path, recorded, now } = difference
    return `${indent}${path.padEnd(width)}  recorded ${clip(recorded, from)}  now ${clip(now, from)}`
  })
  const rest = found.length - shown.length
  return rest > 0 ? [...lines, `${indent}and ${rest} more`] : lines
}

function startOf({ recorded, now }: Difference): number {
  if (recorded === undefined || now === undefined) return 0
  if (recorded.length <= MAX_TEXT && now.length <= MAX_TEXT) return 0
  let same = 0
  while (same < recorded.length && recorded[same] === now[same]) same++
  return same > MAX_TEXT / 2 ? same - LEAD : 0
}

function clip(text: string | undefined, from: number): string {
  if (text === undefined) return '(absent)'
  const rest = text.slice(from)
  const head = from > 0 ? '…' : ''
  return rest.length > MAX_TEXT ? `${head}${rest.slice(0, MAX_TEXT)}…` : `${head}${rest}`
}
