import { canonical } from './canonical.ts'
import type { Encoded } from '../event.ts'
import { sha256 } from '../hash.ts'

/**
 * Names a request by its content: the first 128 bits of the SHA-256 of its canonical form, in hexadecimal.
 *
 * @param request encoded and redacted, so that the live and the stored request have the same one.
 */
export function fingerprint(request: Encoded): string {
  return sha256(canonical(request)).slice(0, 32)
}
