// Run by itself: a replay has nothing that keeps its process alive but Retake.
import { readAll } from './streams.ts'
import { askStream } from './model.ts'
import { record } from './record.ts'
import { createTestRetake } from './test-retake.ts'

const retake = createTestRetake()
const { id } = await record(retake, async () => readAll((await askStream('hello')).stream))

const stream = await retake.replay(id, async () => (await askStream('hello')).stream)
const parts = await readAll(stream)
process.stdout.write(`read ${parts.map(({ text }) => text).join(' ')}\n`)

const quick = createTestRetake({ store: retake.store, drainMs: 50 })
await quick.replay(id, async (session) => {
  session.waitUntil(new Promise(() => {}))
  await readAll((await askStream('hello')).stream)
})
process.stdout.write('waited to the end\n')
