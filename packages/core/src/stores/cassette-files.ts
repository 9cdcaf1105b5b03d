export type { SecretFinding } from '@retake/format/cassette-file'
export {
  readCassetteFile,
  writeCassetteFile,
  type WriteCassetteOptions,
} from '@retake/store/cassette-files'
