import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { build } from 'esbuild'
import { namedFiles } from './manifest.mjs'

const CODE = /(?<!\.d)\.(?:js|ts)$/
const IMPORTED_TYPES = /^(?:import|export)\b[^'";]*\bfrom\s*["']([^"'.][^"']*)["']/gm

/**
 * Imports of packages that package.json does not name, and of files that are not in the package.
 *
 * Most installations would not show the first: they put a package that another one brings where all can find it.
 */
export async function undeclaredImports({ folder, manifest, files }) {
  const { dependencies, peerDependencies, name } = manifest
  const declared = new Set([name, ...Object.keys({ ...dependencies, ...peerDependencies })])
  const entries = namedFiles(manifest).filter((file) => CODE.test(file) && files.includes(file))
  const { imported, errors } = await importsOf(folder, entries)
  const types = files
    .filter((file) => file.endsWith('.d.ts'))
    .flatMap((file) => typesOf(folder, file))

  const undeclared = new Set([...imported, ...types].map(packageName))
  return [
    ...errors,
    ...[...undeclared.difference(declared)].map(
      (missing) => `${missing} is imported, but is no dependency in package.json`,
    ),
  ]
}

async function importsOf(folder, entries) {
  try {
    const { metafile } = await build({
      absWorkingDir: folder,
      entryPoints: entries,
      outdir: 'bundle',
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      metafile: true,
      write: false,
      logLevel: 'silent',
    })
    const imports = Object.values(metafile.inputs).flatMap((input) => input.imports)
    const imported = imports.filter(({ external }) => external).map(({ path }) => path)
    return { imported: imported.filter((path) => !isBuiltin(path)), errors: [] }
  } catch (error) {
    if (error.errors === undefined) throw error
    const errors = error.errors.map(({ text, location }) => `${location?.file}: ${text}`)
    return { imported: [], errors }
  }
}

function typesOf(folder, file) {
  const named = [...readFileSync(join(folder, file), 'utf8').matchAll(IMPORTED_TYPES)]
  return named.map(([, specifier]) => specifier).filter((specifier) => !isBuiltin(specifier))
}

function packageName(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
