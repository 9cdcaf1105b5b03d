export { patchFetch } from './patch-fetch.ts'
export { retakeClient } from './retake-client.ts'
export { retakeFetch, type RetakeFetchOptions } from './retake-fetch.ts'
