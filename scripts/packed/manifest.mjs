// What a package.json says about its package.

import { posix } from 'node:path'

/** Files that `exports` and `bin` name, under any condition. */
export function namedFiles({ exports = {}, bin = {} }) {
  const paths = [...leaves(exports), ...leaves(bin)]
  return [...new Set(paths.map((path) => posix.normalize(path)))]
}

/** What users import: every entry but package.json, and those that only have an effect. */
export function entriesOf(manifest) {
  return specifiers(manifest).filter(
    (specifier) => !/\/(?:register|package\.json)$/.test(specifier),
  )
}

/** What users load by `node --import`. */
export function registersOf(manifest) {
  return specifiers(manifest).filter((specifier) => specifier.endsWith('/register'))
}

/** Names of the peers that have to be there. */
export function requiredPeersOf({ peerDependencies = {}, peerDependenciesMeta = {} }) {
  const isRequired = (name) => peerDependenciesMeta[name]?.optional !== true
  return Object.keys(peerDependencies).filter(isRequired)
}

function specifiers({ name, exports = {} }) {
  return Object.keys(exports).map((path) => name + path.slice(1))
}

function leaves(value) {
  return typeof value === 'string' ? [value] : Object.values(value ?? {}).flatMap(leaves)
}
