// What is published works where users install it: every package is packed, put into a registry on this machine, installed into
// empty projects with npm, pnpm and yarn, and used there. The packages have to be built before.

import { mkdtempSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { faultsOf } from './packed/contents.mjs'
import { emptyEnvironment } from './packed/environment.mjs'
import { managers } from './packed/managers.mjs'
import { packAll } from './packed/pack.mjs'
import { peersOfAll } from './packed/peers.mjs'
import { checkProject } from './packed/project.mjs'
import { startRegistry } from './packed/registry.mjs'
import { run } from './packed/run.mjs'

// An agent with the AI SDK behind Express: what users of the first page of the README install.
const THREE = new Set(['@retake/core', '@retake/express', '@retake/ai-sdk'])

const root = join(import.meta.dirname, '..')
const scratch = mkdtempSync(join(tmpdir(), 'retake-packed-'))
process.once('exit', () => rmSync(scratch, { recursive: true, force: true, maxRetries: 3 }))
// A signal alone would end this process without an exit event.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

try {
  process.exitCode = (await checkAll()) ? 0 : 1
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}

async function checkAll() {
  const packages = await packAll(root, scratch)
  // What is missing in a tarball would fail in each project again.
  if (!(await inTwoLanes(packages, checkContents))) return false

  const upstream = await run(['npm', 'config', 'get', 'registry'], { cwd: root })
  const registry = await startRegistry(packages, upstream.trim().replace(/\/?$/, '/'))
  try {
    return await inTwoLanes(managers, (manager) => checkManager(manager, packages, registry.url))
  } finally {
    registry.close()
  }
}

async function checkContents(packed) {
  const faults = await faultsOf(packed)
  report(`${packed.manifest.name}: tarball`, faults)
  return faults.length === 0
}

async function checkManager(manager, packages, registry) {
  const folder = join(scratch, manager.name)
  const environment = emptyEnvironment(root, join(folder, 'home'))
  const three = packages.filter(({ manifest }) => THREE.has(manifest.name))
  const project = { manager, packages, registry, environment }

  const results = [
    await checkInUse('three packages', {
      ...project,
      folder: join(folder, 'three'),
      installed: three,
      peers: manager.peers,
    }),
    await checkInUse('all packages', {
      ...project,
      folder: join(folder, 'all'),
      installed: packages,
      peers: peersOfAll(packages),
    }),
  ]
  // Tens of thousands of files: they are gone before the other lane is done.
  await rm(folder, { recursive: true, force: true })
  return results.every(Boolean)
}

async function checkInUse(name, project) {
  const label = `${project.manager.name}: ${name}`
  const { passed, failed } = await checkProject(project)
  if (passed.length > 0) report(`${label}: ${passed.join(', ')}`, [])
  for (const { step, output } of failed) report(`${label}: ${step}`, [output])
  return failed.length === 0
}

function report(label, faults) {
  if (faults.length === 0) console.log(`ok      ${label}`)
  else console.log(`FAILED  ${label}\n${faults.join('\n').replace(/^/gm, '          ')}`)
}

// Whether all checks succeeded, at most two of them at a time.
async function inTwoLanes(subjects, check) {
  const waiting = [...subjects]
  const results = []
  await Promise.all([lane(), lane()])
  return results.every(Boolean)

  async function lane() {
    for (let next = waiting.shift(); next; next = waiting.shift()) results.push(await check(next))
  }
}
