import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const bench = join(import.meta.dirname, '..')
const COPIED = ['capture', 'import', 'langchain', 'memory', 'middleware', 'replay', 'shared']

/**
 * Builds a checkout, and puts what it publishes into a folder with the scripts that measure it.
 *
 * The scripts are those of this checkout, whatever is measured. They are copied, since Node looks for a package from
 * where a file really is: `@retake/*` is found beside the copies, everything else in the `node_modules` above them.
 *
 * @param side the name of the folder.
 * @returns the folder.
 * @throws when the checkout cannot be built.
 */
export function prepareBuild(side, checkout) {
  const folder = join(bench, 'compared', side)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const name of COPIED) cpSync(join(bench, name), join(folder, name), { recursive: true })
  const args = ['--from', checkout, '--to', join(folder, 'node_modules')]
  const { status } = spawnSync(process.execPath, [join(bench, 'install-retake.mjs'), ...args], {
    stdio: 'inherit',
  })
  if (status !== 0) throw new Error(`${checkout} cannot be measured.`)
  return folder
}
