import type crypto from 'node:crypto'

let loaded: typeof crypto | undefined

/**
 * `node:crypto`, loaded when it is first needed: to import it takes longer than to import all of core.
 *
 * @see docs/decisions/0001-hash-with-node-crypto.md
 */
export function nodeCrypto(): typeof crypto {
  return (loaded ??= process.getBuiltinModule('node:crypto'))
}
