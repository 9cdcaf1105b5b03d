export { decode } from '@retake/format'
export {
  CASSETTE_FORMAT,
  parseCassette,
  serializeCassette,
  strayFingerprints,
  type BlobReader,
  type SecretFinding,
  type SerializedCassette,
  type SerializeOptions,
} from '@retake/format/cassette-file'
export { scanSecrets, scanText } from '@retake/redact'
