import * as chatModels from '@langchain/core/language_models/chat_models'
import * as context from '@langchain/core/context'
import * as messages from '@langchain/core/messages'
import * as outputs from '@langchain/core/outputs'
import * as tools from '@langchain/core/tools'
import { createRetake, isRetakeError } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { RetakeCallbackHandler } from '@retake/langchain'
import { startProvider } from '@retake/loopback-provider'
import { z } from 'zod'
import { collect, openai, QUESTION } from './models.ts'

// An app that is bundled and run by a test: it records an agent, replays it, and prints how that went.

const isGiven = process.argv.includes('--give-modules')
const modules = { chatModels, messages, outputs, tools, context }
const handler = new RetakeCallbackHandler(isGiven ? { modules } : {})
const options = process.argv.includes('--no-callbacks') ? {} : { callbacks: [handler] }

const provider = await startProvider()
const retake = createRetake({
  store: createMemoryStore(),
  environment: { RETAKE_REPLAY_ENABLED: '1' },
  log: false,
})
let runs = 0

const count = tools.tool(({ upTo }) => `${upTo} ${++runs}`, {
  name: 'count',
  description: 'Counts',
  schema: z.object({ upTo: z.number() }),
})

const first = process.argv.find((flag) => flag.startsWith('--first='))?.slice('--first='.length)
const model = openai(provider)

const FIRST: Readonly<Record<string, () => Promise<unknown>>> = {
  invoke: () => model.invoke(QUESTION),
  events: () => collect(model.streamEvents(QUESTION) as unknown as AsyncIterable<unknown>),
  tool: () => count.invoke({ upTo: 3 }),
}

async function answer(): Promise<unknown> {
  await FIRST[first ?? '']?.()
  const chunks = await collect(await model.stream(QUESTION, options))
  const whole = chunks.reduce((sum, chunk) => sum.concat(chunk))
  const counted = await count.invoke({ upTo: 3 }, options)
  return [(await model.invoke(QUESTION, options)).text, whole.text, counted]
}

const recorded = await retake.session(async (session) => ({ session, answer: await answer() }))
await recorded.session.settled
const before = provider.calls.total + runs
const replayed = await retake.replay(recorded.session.id, answer).catch((error: unknown) => ({
  code: isRetakeError(error) ? error.code : String(error),
}))
const calls = provider.calls.total + runs - before
await provider.close()

const isSame = JSON.stringify(replayed) === JSON.stringify(recorded.answer)
process.stdout.write(JSON.stringify({ isSame, calls, ...(isSame ? {} : { replayed }) }))
