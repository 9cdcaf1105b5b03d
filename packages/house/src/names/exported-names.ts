import { parseSync } from 'oxc-parser'

/**
 * The names that a file exports, sorted, those of types as `type Name`.
 *
 * @throws {SyntaxError} when the file does not parse, or has an `export *`: the names behind it can change unseen.
 */
export function exportedNames(path: string, text: string): string[] {
  const { module, errors } = parseSync(path, text)
  if (errors[0] !== undefined) throw new SyntaxError(`${path}: ${errors[0].message}`)

  const entries = module.staticExports.flatMap((statement) => statement.entries)
  const star = entries.find(({ importName }) => importName.kind.startsWith('All'))
  if (star !== undefined) {
    throw new SyntaxError(
      `${path}: ${text.slice(star.start, star.end)} names nothing; list the names`,
    )
  }
  return entries
    .map(({ exportName, isType }) => `${isType ? 'type ' : ''}${exportName.name ?? 'default'}`)
    .toSorted((one, other) => plainName(one).localeCompare(plainName(other), 'en'))
}

/** A name of {@link exportedNames} without what says that it is a type. */
export function plainName(name: string): string {
  return name.replace(/^type /, '')
}
