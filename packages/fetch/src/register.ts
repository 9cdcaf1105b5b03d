import { patchFetch } from './patch-fetch.ts'

// From here on the requests of sessions are recorded, and served in a replay.
patchFetch()
