// Runs the packages' tests on every Node line that is supported: `npm run test:nodes`, or with versions,
// `npm run test:nodes -- 22 24`. The binaries come from the `node` package, through npx and its cache.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
const versions = process.argv.length > 2 ? process.argv.slice(2) : ['22', '24.21.0', '26.10.0']

const results = versions.map((version) => ({ version, ...testOn(version) }))

console.log()
for (const { version, actual, passed } of results) {
  console.log(`${passed ? 'ok    ' : 'FAILED'}  node ${version} (${actual || 'not available'})`)
}
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1

function testOn(version) {
  const actual = run(version, ['--version'], 'pipe').stdout.trim()
  console.log(`\n> vitest run, on node ${version} (${actual || 'not available'})`)
  // A machine's own Node must not stand in for the one that was asked for.
  if (!actual.startsWith(`v${version}`)) return { actual, passed: false }
  return { actual, passed: run(version, [quote(vitest), 'run'], 'inherit').status === 0 }
}

function run(version, argv, stdout) {
  const command = `npx --yes --package node@${version} -- node ${argv.join(' ')}`
  return spawnSync(command, {
    cwd: root,
    encoding: 'utf8',
    shell: true,
    stdio: ['ignore', stdout, 'inherit'],
  })
}

function quote(path) {
  return JSON.stringify(path)
}
