export { createDirectoryStore, type DirectoryStoreOptions } from '@retake/store/directory'
