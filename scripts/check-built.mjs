// Every file that a built package names by a relative path is in the package, types among them: a bundler may leave one
// out, and what checks packages otherwise does not look into declarations.

import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

const root = join(import.meta.dirname, '..')
const NAMED = /(?:\bfrom\s*|\bimport\s*\(?\s*)["'](\.{1,2}\/[^"']+)["']/g

const files = globSync('packages/*/dist/**/*.{js,d.ts}', { cwd: root })
const missing = files.flatMap((file) => missingIn(join(root, file)))

for (const line of missing) console.error(line)
if (files.length === 0) console.error('Nothing is built.')
process.exitCode = missing.length === 0 && files.length > 0 ? 0 : 1

function missingIn(file) {
  const named = [...readFileSync(file, 'utf8').matchAll(NAMED)].map(([, path]) => path)
  return named
    .filter((path) => !candidates(file, path).some((target) => existsSync(target)))
    .map((path) => `${relative(root, file)} names ${path}, which is not there`)
}

// A declaration names the code beside which the declaration stands.
function candidates(file, path) {
  const target = join(dirname(file), path)
  return file.endsWith('.d.ts') ? [target.replace(/\.js$/, '.d.ts')] : [target]
}
