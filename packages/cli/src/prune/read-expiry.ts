import { closeSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'

const CHUNK_BYTES = 64 * 1024
// A header may hold the body of a request.
const MAX_BYTES = 2 ** 26
const LF = 0x0a

/** When a stored session expires, ISO 8601. Reads no more than its header; `undefined` when that does not tell. */
export function readExpiry(directory: string, id: string): string | undefined {
  try {
    const header = JSON.parse(readFirstLine(join(directory, `${id}.jsonl`))) as {
      readonly expiresAt?: unknown
    }
    return typeof header.expiresAt === 'string' ? header.expiresAt : undefined
  } catch {
    return undefined
  }
}

function readFirstLine(file: string): string {
  const chunks: Buffer[] = []
  const descriptor = openSync(file, 'r')
  try {
    for (let position = 0; position < MAX_BYTES; position += CHUNK_BYTES) {
      const chunk = Buffer.alloc(CHUNK_BYTES)
      const length = readSync(descriptor, chunk, 0, CHUNK_BYTES, position)
      const end = chunk.indexOf(LF)
      chunks.push(chunk.subarray(0, end === -1 ? length : end))
      if (end !== -1 || length < CHUNK_BYTES) break
    }
  } finally {
    closeSync(descriptor)
  }
  return Buffer.concat(chunks).toString()
}
