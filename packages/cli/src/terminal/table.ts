import { stripVTControlCharacters } from 'node:util'

/** Rows as lines, whose columns stand below each other. The last column is not filled up. */
export function formatTable(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = []
  for (const row of rows) {
    for (const [index, cell] of row.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, lengthOf(cell))
    }
  }
  return rows.map((row) =>
    row
      .map((cell, index) =>
        index === row.length - 1 ? cell : cell + ' '.repeat((widths[index] ?? 0) - lengthOf(cell)),
      )
      .join('  ')
      .trimEnd(),
  )
}

function lengthOf(cell: string): number {
  return stripVTControlCharacters(cell).length
}
