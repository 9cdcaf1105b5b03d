export { readCassetteFile, writeCassetteFile, type WriteCassetteOptions } from './cassette-files.ts'
