import { utf8Bytes } from './bytes.ts'
import { sha256InScript } from './sha256.ts'

/** What is used of `node:crypto`. */
interface RuntimeCrypto {
  hash(algorithm: 'sha256', data: string | Uint8Array, encoding: 'hex'): string
  randomUUID(): string
}

interface Runtime {
  /** Node, Bun, Deno and Workers have it. */
  readonly process?: { readonly getBuiltinModule?: (name: 'crypto') => RuntimeCrypto | undefined }
}

let loaded: RuntimeCrypto | undefined

/**
 * SHA-256 in hexadecimal. Text is hashed as UTF-8, in which lone surrogates are all the same.
 *
 * @see docs/decisions/0001-hash-with-node-crypto.md
 */
export function sha256(data: string | Uint8Array): string {
  const crypto = runtimeCrypto()
  if (crypto) return crypto.hash('sha256', data, 'hex')
  return sha256InScript(typeof data === 'string' ? utf8Bytes(data) : data)
}

/**
 * The crypto module of the runtime, loaded when it is first needed: to import it takes longer than to import all of
 * this package. `undefined` in a browser.
 */
export function runtimeCrypto(): RuntimeCrypto | undefined {
  return (loaded ??= (globalThis as Runtime).process?.getBuiltinModule?.('crypto'))
}
