import { existsSync, readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { namedFiles } from './manifest.mjs'
import { undeclaredImports } from './undeclared-imports.mjs'

const UNWANTED = [
  /\.test\.[cm]?[jt]sx?$/,
  /(?:^|\/)(?:fixtures|__\w+__)\//,
  /(?:^|\/)layers\.ts$/,
  /^src\/(?:.+\/)?testing\//,
]

/** What is wrong with the files of a packed package, one line each. */
export async function faultsOf({ folder, manifest }) {
  const files = listFiles(folder)
  const expected = ['README.md', 'LICENSE', ...namedFiles(manifest)]
  return [
    ...expected
      .filter((file) => !existsSync(join(folder, file)))
      .map((file) => `${file} is not in the tarball`),
    ...files.filter((file) => isUnwanted(file)).map((file) => `${file} should not be published`),
    ...unresolvedVersions(manifest),
    ...(await undeclaredImports({ folder, manifest, files })),
  ]
}

function isUnwanted(file) {
  return UNWANTED.some((pattern) => pattern.test(file))
}

function unresolvedVersions(manifest) {
  const found = JSON.stringify(manifest).match(/"[^"]+":"(?:workspace|catalog):[^"]*"/g) ?? []
  return found.map((line) => `package.json still says ${line}`)
}

function listFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
}
