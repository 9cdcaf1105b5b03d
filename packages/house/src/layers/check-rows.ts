import type { Arrow } from '../source/arrows.ts'
import type { SourcePackage } from '../source/source-package.ts'
import type { LayerRules } from './layer-rules.ts'

type Rows = LayerRules['rows']

/** The row of all files of `src` that have none of their own. */
const OTHER_FILES = '*.ts'

/** Rows that name what does not exist or stands below them, and files that no row takes in. */
export function checkRows(source: SourcePackage, { rows }: LayerRules): string[] {
  const paths = [...source.files.keys()]
  const homeless = paths.filter((path) => rowOf(path, rows) === undefined).map(topOf)
  return [
    ...Array.from(new Set(homeless), (name) => `src/${name} has no row in layers.ts`),
    ...Object.keys(rows).flatMap((row) => checkRow(row, rows, paths)),
  ]
}

/** Imports from a row to one that it does not name. */
export function checkArrows(arrows: readonly Arrow[], { rows }: LayerRules): string[] {
  return arrows.flatMap(({ from, target }) => {
    if (target.kind !== 'file') return []
    const [row, wanted] = [rowOf(from, rows), rowOf(target.path, rows)]
    if (row === undefined || wanted === undefined || row === wanted) return []

    const allowed = allowedTo(row, rows)
    if (allowed.includes(wanted)) return []
    return [`src/${from} imports src/${target.path}, but ${row} may import ${listed(allowed)}`]
  })
}

function checkRow(row: string, rows: Rows, paths: readonly string[]): string[] {
  const names = Object.keys(rows)
  const above = names.slice(0, names.indexOf(row))
  const strangers = (rows[row] ?? []).filter((name) => name !== '*' && !above.includes(name))
  return [
    ...(paths.some((path) => rowOf(path, rows) === row)
      ? []
      : [`layers.ts has a row ${row}, which takes in no file of src`]),
    ...strangers.map((name) =>
      names.includes(name)
        ? `layers.ts lets ${row} import ${name}, which does not stand above it`
        : `layers.ts lets ${row} import ${name}, which has no row`,
    ),
  ]
}

/** The row of a file: the longest that names it or a folder around it. */
function rowOf(path: string, rows: Rows): string | undefined {
  const parts = path.split('/')
  const around = parts.map((_, index) => parts.slice(0, parts.length - index).join('/'))
  const named = around.find((name) => Object.hasOwn(rows, name))
  if (named !== undefined || parts.length > 1) return named
  return Object.hasOwn(rows, OTHER_FILES) ? OTHER_FILES : undefined
}

function allowedTo(row: string, rows: Rows): readonly string[] {
  const names = Object.keys(rows)
  const named = rows[row] ?? []
  return named.includes('*') ? names.slice(0, names.indexOf(row)) : named
}

function topOf(path: string): string {
  return path.split('/')[0] ?? path
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'nothing of this package' : `only ${names.join(', ')}`
}
