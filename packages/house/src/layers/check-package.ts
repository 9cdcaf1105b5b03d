import { readPackageImports } from '../source/arrows.ts'
import type { SourcePackage } from '../source/source-package.ts'
import { checkArrows, checkRows } from './check-rows.ts'
import { checkBorders, checkBuiltins, checkPlaces, checkValues } from './check-uses.ts'
import { circlesOfFiles, circlesOfFolders } from './circles.ts'
import type { LayerRules } from './layer-rules.ts'

/** What a package is checked against. */
export interface CheckOptions {
  /** Its own rules. Without them only circles and borders are checked. */
  rules?: LayerRules | undefined
  /** All packages whose files nobody else may reach into. */
  workspace?: readonly SourcePackage[]
}

/** Checks the imports of a package. Each violation is one sentence that names the file at fault. */
export function checkPackage(
  source: SourcePackage,
  { rules, workspace = [] }: CheckOptions = {},
): string[] {
  const { arrows, builtins } = readPackageImports(source)
  const packages = new Map([...workspace, source].map((each) => [each.name, each]))
  return [
    ...circlesOfFiles(arrows),
    ...circlesOfFolders(arrows),
    ...checkBorders(arrows, packages),
    ...(rules === undefined
      ? []
      : [
          ...checkRows(source, rules),
          ...checkArrows(arrows, rules),
          ...checkPlaces(source, rules),
          ...checkValues(arrows, rules),
          ...checkBuiltins(builtins, rules),
        ]),
  ]
}
