export { patchFetch } from './patch-fetch.ts'
export { retakeFetch, type RetakeFetchOptions } from './retake-fetch.ts'
