import { resolve, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'

/** The path of a cassette. One that is relative is so to the test file that runs. */
export function cassettePath(cassette: string | URL): string {
  if (typeof cassette !== 'string' || cassette.startsWith('file:')) return fileURLToPath(cassette)
  const { testPath } = expect.getState()
  return resolve(testPath === undefined ? '.' : dirname(testPath), cassette)
}
