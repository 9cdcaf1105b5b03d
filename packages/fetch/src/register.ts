import { guardNetwork } from './guard-network.ts'
import { patchFetch } from './patch-fetch.ts'

// From here on the requests of sessions are recorded, and served in a replay; what goes another way is stopped there.
patchFetch()
guardNetwork()
