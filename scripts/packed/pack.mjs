import { existsSync, globSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { namedFiles } from './manifest.mjs'
import { run } from './run.mjs'

/**
 * Packs every package that is published, as `pnpm publish` would, and unpacks it again beside its tarball.
 *
 * @throws {Error} when a package is not built.
 */
export function packAll(root, scratch) {
  const folders = globSync('packages/*/package.json', { cwd: root })
    .map((file) => join(root, dirname(file)))
    .filter((folder) => readManifest(folder).private !== true)
    .toSorted()
  return Promise.all(folders.map((folder) => pack(root, folder, scratch)))
}

async function pack(root, folder, scratch) {
  refuseUnbuilt(folder)
  const pnpm = join(root, 'node_modules', '.bin', 'pnpm')
  const packing = [pnpm, 'pack', '--json', '--pack-destination', scratch]
  const { filename, integrity, name } = JSON.parse(await run(packing, { cwd: folder }))

  const unpacked = join(scratch, 'unpacked', name)
  mkdirSync(unpacked, { recursive: true })
  await run(['tar', '-xzf', filename, '--strip-components=1'], { cwd: unpacked })
  return { tarball: filename, integrity, folder: unpacked, manifest: readManifest(unpacked) }
}

function refuseUnbuilt(folder) {
  const manifest = readManifest(folder)
  const built = namedFiles(manifest).filter((file) => file.startsWith('dist/'))
  const missing = built.filter((file) => !existsSync(join(folder, file)))
  if (missing.length === 0) return
  throw new Error(
    `${manifest.name} is not built: there is no ${missing.join(', ')}. Run \`npm run build\` first.`,
  )
}

function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}
