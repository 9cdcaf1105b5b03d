// Builds the packages of this repository, packs them as they are published, and unpacks them into
// `node_modules`: what is measured is what a user installs, with the peers that are installed here.

import { spawnSync } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PACKAGES = ['core', 'langchain', 'express', 'hono', 'fetch']

const root = join(import.meta.dirname, '..')
const scratch = mkdtempSync(join(tmpdir(), 'retake-bench-'))

for (const name of PACKAGES) install(name)
rmSync(scratch, { recursive: true, force: true })

function install(name) {
  const target = join(import.meta.dirname, 'node_modules', '@retake', name)
  const packed = join(scratch, name)
  run('pnpm', ['--silent', '--filter', `@retake/${name}`, 'build'], root)
  run('pnpm', ['--silent', 'pack', '--pack-destination', packed], join(root, 'packages', name))
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  const [archive] = globSync(join(packed, '*.tgz'))
  run('tar', ['-xzf', archive, '--strip-components', '1', '-C', target], root)
}

function run(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status === 0) return
  throw new Error(`${command} ${args.join(' ')} failed\n${stdout}${stderr}`)
}
