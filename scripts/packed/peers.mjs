import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { requiredPeersOf } from './manifest.mjs'

// The SDK that `@retake/ai-sdk/register` wraps, an optional peer, and what peers need in turn: ai zod, and vitest vite.
const BESIDES = ['ai', 'zod', 'vite']

/**
 * The peers of all packages, in the versions that this repository is tested with.
 *
 * Optional peers are left out, but for the AI SDK: a package has to work without them.
 */
export function peersOfAll(packages) {
  const manifests = packages.map(({ manifest }) => manifest)
  const ours = new Set(manifests.map(({ name }) => name))
  const names = new Set([...manifests.flatMap(requiredPeersOf), ...BESIDES]).difference(ours)
  const versions = Object.assign(
    { vite: installedVersion('vite') },
    ...manifests.map(({ devDependencies }) => devDependencies),
  )
  return [...names].map((name) => (versions[name] ? `${name}@${versions[name]}` : name))
}

function installedVersion(name) {
  const file = fileURLToPath(new URL(`../../node_modules/${name}/package.json`, import.meta.url))
  return JSON.parse(readFileSync(file, 'utf8')).version
}
