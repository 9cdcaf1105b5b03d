export { fitCassetteName } from './cassette-name.ts'
export { readCassetteFile, writeCassetteFile, type WriteCassetteOptions } from './cassette-files.ts'
