import type { Arrow, PackageImports } from '../source/arrows.ts'
import type { SourcePackage } from '../source/source-package.ts'
import { liesIn, type LayerRules } from './layer-rules.ts'

/** Values taken of a package in a place that may take only its types. */
export function checkValues(arrows: readonly Arrow[], { valuesOf = {} }: LayerRules): string[] {
  return arrows.flatMap(({ from, target, isType }) => {
    if (isType || target.kind !== 'package') return []
    const places = valuesOf[target.name]
    if (places === undefined || liesIn(from, places)) return []
    return [
      `src/${from} takes a value from ${target.name}, but ${only(places)} may; take a type, or be handed the value`,
    ]
  })
}

/** Builtins of Node that a package, or this place of it, may not use, whether for values or for types. */
export function checkBuiltins(
  builtins: PackageImports['builtins'],
  { builtins: allowed }: LayerRules,
): string[] {
  if (allowed === undefined) return []
  return [...builtins].flatMap(([from, names]) =>
    names
      .filter((name) => !liesIn(from, allowed[name] ?? []))
      .map((name) => `src/${from} uses ${name}, but ${only(allowed[name] ?? [])} may`),
  )
}

/** Places of `valuesOf` and `builtins` in which nothing lies. */
export function checkPlaces(
  { files }: SourcePackage,
  { valuesOf = {}, builtins = {} }: LayerRules,
): string[] {
  const paths = [...files.keys()]
  const places = [...Object.values(valuesOf), ...Object.values(builtins)].flat()
  return [...new Set(places)]
    .filter((place) => !paths.some((path) => liesIn(path, [place])))
    .map((place) => `layers.ts names the place ${place}, where no file of src is`)
}

/** Imports that reach files of another package instead of its exports, and files that are no source of this one. */
export function checkBorders(
  arrows: readonly Arrow[],
  packages: ReadonlyMap<string, SourcePackage>,
): string[] {
  return arrows.flatMap(({ from, specifier, target }) => {
    const problem = borderProblem(target, packages)
    return problem === undefined ? [] : [`src/${from} imports ${specifier}, ${problem}`]
  })
}

function borderProblem(
  target: Arrow['target'],
  packages: ReadonlyMap<string, SourcePackage>,
): string | undefined {
  if (target.kind === 'outside') return 'which leaves the package'
  if (target.kind === 'no-source') return 'which is no source file'
  if (target.kind !== 'package') return undefined
  const entries = packages.get(target.name)?.entries
  if (entries === undefined || entries.has(target.subpath)) return undefined
  return `which ${target.name} does not export`
}

function only(places: readonly string[]): string {
  if (places.length === 0) return 'nothing in this package'
  return `only ${places.join(', ')}`
}
