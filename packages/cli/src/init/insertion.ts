/** Lines that are put into a file. Nothing of the file itself changes. */
export interface Insertion {
  /** How many lines of the file stand before. */
  readonly after: number
  readonly lines: readonly string[]
}

interface Line {
  readonly text: string
  readonly isNew: boolean
}

const CONTEXT_LINES = 2

/** A text with the lines put in, in the line ends of the file. */
export function insertLines(text: string, insertions: readonly Insertion[]): string {
  const end = text.includes('\r\n') ? '\r\n' : '\n'
  return mergeLines(text, insertions)
    .map((line) => line.text + end)
    .join('')
}

/** The change in the form of a unified diff. */
export function formatDiff(file: string, text: string, insertions: readonly Insertion[]): string {
  const lines = mergeLines(text, insertions)
  const isShown = lines.map((_line, index) =>
    lines
      .slice(Math.max(0, index - CONTEXT_LINES), index + CONTEXT_LINES + 1)
      .some((near) => near.isNew),
  )
  const shown: string[] = [`--- ${text === '' ? '/dev/null' : file}`, `+++ ${file}`]
  let [before, after] = [1, 1]
  for (const [index, { text: line, isNew }] of lines.entries()) {
    if (isShown[index] && !isShown[index - 1]) {
      const rest = isShown.indexOf(false, index)
      const hunk = lines.slice(index, rest === -1 ? undefined : rest)
      const old = hunk.filter((each) => !each.isNew).length
      shown.push(`@@ -${old === 0 ? 0 : before},${old} +${after},${hunk.length} @@`)
    }
    if (isShown[index]) shown.push(`${isNew ? '+' : ' '}${line}`)
    if (!isNew) before++
    after++
  }
  return shown.join('\n')
}

/** The lines of a text, without their ends. */
export function splitLines(text: string): readonly string[] {
  const lines = text.split(/\r?\n/)
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}

function mergeLines(text: string, insertions: readonly Insertion[]): readonly Line[] {
  const lines = splitLines(text)
  const newAt = (index: number) =>
    insertions
      .filter(({ after }) => after === index)
      .flatMap(({ lines: added }) => added.map((line) => ({ text: line, isNew: true })))
  return [
    ...newAt(0),
    ...lines.flatMap((line, index) => [{ text: line, isNew: false }, ...newAt(index + 1)]),
  ]
}
