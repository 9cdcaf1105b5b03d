// Makes recorded calls until it is killed, and writes the number of each one that has returned to a pipe.

import { writeSync } from 'node:fs'
import { createRetake, recorded } from '@retake/core'
import { createDirectoryStore } from '@retake/core/stores/directory'

const [directory] = process.argv.slice(2)
const retake = createRetake({ store: createDirectoryStore({ directory }) })
const double = recorded('tool', 'double', async ({ number }) => ({ doubled: number * 2 }))

await retake.session(async (session) => {
  writeSync(1, `${session.id}\n`)
  for (let number = 1; ; number++) {
    // Of many lengths, so that a kill may come at any place in a record.
    await double({ number, padding: 'x'.repeat((number * 37) % 5000) })
    writeSync(1, `${number}\n`)
  }
})
