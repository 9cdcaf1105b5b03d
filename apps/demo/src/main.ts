import { parseArgs } from 'node:util'
import { replayEdited } from './edit-prompt.ts'
import { recordAll } from './record.ts'
import { replayAll } from './replay.ts'
import { serveUntilStopped } from './serve.ts'
import { startStage, type Stage } from './stage.ts'
import { bold, green, print, red } from './terminal.ts'

// The gate: replays are served only where the environment says so. It is read when Retake starts.
process.env.RETAKE_REPLAY_ENABLED = '1'
// In production a replay needs a secret besides, and this is none.
process.env.NODE_ENV = 'development'

const { values } = parseArgs({ options: { serve: { type: 'boolean', default: false } } })
const stage = await startStage()
try {
  print(bold('Retake: a refund agent on the AI SDK, behind Express and Hono, and on LangChain'))
  print(`model     ${stage.model.title}`)
  print('gate      RETAKE_REPLAY_ENABLED=1, set by this demo for its own process')
  await (values.serve ? serveUntilStopped(stage) : show(stage))
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error)
  print(red(`\nThe demo failed: ${reason}`))
  process.exitCode = 1
} finally {
  await stage.close()
}

async function show(stage: Stage): Promise<void> {
  const recordings = await recordAll(stage)
  const failure = await stage.model.stop()
  print(`stopped   once all requests were recorded; the provider is gone: ${failure}`)
  await replayAll(stage, recordings)
  await replayEdited(stage, recordings)
  print(green('\nAll of this was checked.'))
}
