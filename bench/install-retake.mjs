// Builds the packages of this repository, packs them as they are published, and unpacks them into
// `node_modules`: what is measured is what a user installs, with the peers that are installed here.
//
// `--from` names another checkout to build, `--to` another folder to unpack into.

import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

const SCOPE = '@retake/'
const IMPORTED = ['core', 'langchain', 'express', 'hono', 'fetch'].map((name) => SCOPE + name)

const { values } = parseArgs({ options: { from: { type: 'string' }, to: { type: 'string' } } })
const root = resolve(values.from ?? join(import.meta.dirname, '..'))
const target = resolve(values.to ?? join(import.meta.dirname, 'node_modules'))
const binaries = join(root, 'node_modules', '.bin')

try {
  install()
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}

function install() {
  const packages = readPackages()
  const names = withDependencies(IMPORTED, packages)
  build(names)
  // Whole, since an earlier build may have had packages that this one does not.
  rmSync(join(target, SCOPE), { recursive: true, force: true })
  const scratch = mkdtempSync(join(tmpdir(), 'retake-bench-'))
  for (const name of names) unpack(name, packages.get(name).folder, join(scratch, name))
  rmSync(scratch, { recursive: true })
}

/** The packages of the checkout that are published, by name. */
function readPackages() {
  const manifests = globSync(join(root, 'packages', '*', 'package.json'))
  if (manifests.length === 0) throw new Error(`${root} is no checkout of Retake.`)
  if (!existsSync(join(binaries, 'pnpm'))) {
    throw new Error(`The dependencies of ${root} are not installed. Run "npm run setup" there.`)
  }
  return new Map(
    manifests
      .map((path) => ({ ...JSON.parse(readFileSync(path, 'utf8')), folder: dirname(path) }))
      .filter((manifest) => !manifest.private)
      .map((manifest) => [manifest.name, manifest]),
  )
}

/** These packages, and all of ours that they need. */
function withDependencies(names, packages) {
  const needed = new Set(names)
  // A set goes on to what is added while it is read.
  for (const name of needed) {
    const manifest = packages.get(name)
    if (manifest === undefined) throw new Error(`${root} has no package ${name} to publish.`)
    const { dependencies, peerDependencies } = manifest
    for (const other of Object.keys({ ...dependencies, ...peerDependencies }))
      if (other.startsWith(SCOPE)) needed.add(other)
  }
  return [...needed]
}

function build(names) {
  run('pnpm', ['--silent', ...names.flatMap((name) => ['--filter', name]), 'build'], root)
}

function unpack(name, folder, packed) {
  const unpacked = join(target, name)
  run('pnpm', ['--silent', 'pack', '--pack-destination', packed], folder)
  mkdirSync(unpacked, { recursive: true })
  const [archive] = globSync(join(packed, '*.tgz'))
  run('tar', ['-xzf', archive, '--strip-components', '1', '-C', unpacked], root)
}

function run(command, args, cwd) {
  const env = { ...process.env, PATH: binaries + delimiter + process.env.PATH }
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8' })
  if (status === 0) return
  throw new Error(`${command} ${args.join(' ')} failed\n${stdout}${stderr}`)
}
