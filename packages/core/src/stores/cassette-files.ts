export type { SecretFinding } from '@retake/format/cassette-file'
export {
  fitCassetteName,
  readCassetteFile,
  writeCassetteFile,
  type WriteCassetteOptions,
} from '@retake/store/cassette-files'
