import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runBundle } from './bundle.mjs'
import { entriesOf, registersOf, requiredPeersOf } from './manifest.mjs'
import { run } from './run.mjs'

// It needs vitest around it: node alone cannot import it.
const ENTRY_FOR_VITEST = '@retake/vitest'

/** What is done in a project, in this order. */
export function stepsOf(project) {
  const manifests = project.installed.map(({ manifest }) => manifest)
  const commands = manifests.flatMap(({ bin = {} }) => Object.keys(bin))
  const registers = manifests.flatMap(registersOf).flatMap((entry) => ['--import', entry])
  const hasAiSdk = project.peers.some((peer) => /^ai(?:@|$)/.test(peer))
  const hasVitest = manifests.some(({ name }) => name === ENTRY_FOR_VITEST)
  return [
    step('install', () => install(project)),
    step('one copy of each', () => followPackages(project)),
    step('ESM', () => loadEntries(project, 'entries.mjs', importEntry)),
    step('CommonJS', () => loadEntries(project, 'entries.cjs', requireEntry)),
    step('register', () => runNode(project, [...registers, 'entries.mjs'])),
    hasAiSdk && step('AI SDK', () => runNode(project, [...registers, 'registered.mjs'])),
    step('app', () => runNode(project, ['app.mjs'])),
    step('ESM bundle', () => runBundle(project, 'esm')),
    step('CommonJS bundle', () => runBundle(project, 'cjs')),
    ...commands.map((command) => step(command, () => execute(project, [command, '--version']))),
    hasVitest && step('vitest', () => execute(project, ['vitest', 'run'])),
  ].filter(Boolean)
}

function step(name, run) {
  return { name, run }
}

function install(project) {
  return runIn(project, [...project.manager.install, ...namesOf(project), ...project.peers])
}

function followPackages(project) {
  const ours = new Set(project.packages.map(({ manifest }) => manifest.name))
  const packages = project.packages.map(({ manifest }) => {
    const [file = `${manifest.name}/package.json`] = entriesOf(manifest)
    const needs = [...Object.keys(manifest.dependencies ?? {}), ...requiredPeersOf(manifest)]
    return [manifest.name, { file, needs: needs.filter((name) => ours.has(name)) }]
  })
  const text = JSON.stringify(Object.fromEntries(packages))
  writeFileSync(join(project.folder, 'packages.json'), text)
  return runNode(project, ['one-copy.cjs', ...namesOf(project)])
}

function loadEntries(project, file, load) {
  const entries = project.installed
    .flatMap(({ manifest }) => entriesOf(manifest))
    .filter((entry) => entry !== ENTRY_FOR_VITEST)
  const lines = entries.flatMap((entry, index) => [
    load(entry, `entry${index}`),
    `if (Object.keys(entry${index}).length === 0) throw new Error('${entry} exports nothing')`,
  ])
  writeFileSync(join(project.folder, file), lines.join('\n'))
  return runNode(project, [file])
}

function importEntry(entry, name) {
  return `import * as ${name} from '${entry}'`
}

function requireEntry(entry, name) {
  return `const ${name} = require('${entry}')`
}

function namesOf({ installed }) {
  return installed.map(({ manifest }) => manifest.name)
}

function runNode(project, argv) {
  return runIn(project, [...project.manager.node, ...argv])
}

function execute(project, argv) {
  return runIn(project, [...project.manager.execute, ...argv])
}

function runIn({ folder, environment }, command) {
  return run(command, { cwd: folder, environment })
}
