export { createDirectoryStore, type DirectoryStoreOptions } from './directory.ts'
