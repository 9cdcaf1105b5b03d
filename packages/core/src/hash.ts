import type crypto from 'node:crypto'

let loaded: typeof crypto | undefined

/** SHA-256 in hexadecimal. Text is hashed as UTF-8, in which lone surrogates are all the same. */
export function sha256(data: string | Uint8Array): string {
  return nodeCrypto().hash('sha256', data, 'hex')
}

/**
 * `node:crypto`, loaded when it is first needed: to import it takes longer than to import all of core.
 *
 * @see docs/decisions/0001-hash-with-node-crypto.md
 */
export function nodeCrypto(): typeof crypto {
  return (loaded ??= process.getBuiltinModule('node:crypto'))
}
