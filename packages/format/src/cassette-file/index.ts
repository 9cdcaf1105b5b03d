export {
  parseCassette,
  serializeCassette,
  type SerializedCassette,
  type SerializeOptions,
} from './cassette-file.ts'
export { invalidCassette } from './error.ts'
export { strayFingerprints } from './fingerprints.ts'
export type { SecretFinding } from './secret-finding.ts'
export { CASSETTE_FORMAT, CASSETTE_LIMITS } from './text.ts'
export type { BlobReader } from './unpack.ts'
