import type { Kit } from '../kit.ts'
import { QUESTION, type Scenario } from '../scenario.ts'

/** Models that are named by an id, which the default provider of the process knows. */
export const IDS: readonly Scenario[] = [
  {
    name: 'the models of the default provider, by their ids',
    calls: 2,
    run: (kit) =>
      withDefaultProvider(kit.openai, async () => {
        const { text } = await kit.ai.generateText({ model: 'gpt-5', prompt: QUESTION })
        const { embedding } = await kit.ai.embed({ model: 'text-embedding-3-small', value: 'sun' })
        return { text, embedding }
      }),
  },
]

async function withDefaultProvider<T>(provider: Kit['openai'], run: () => Promise<T>): Promise<T> {
  const globals = globalThis as { AI_SDK_DEFAULT_PROVIDER?: unknown }
  globals.AI_SDK_DEFAULT_PROVIDER = provider
  try {
    return await run()
  } finally {
    delete globals.AI_SDK_DEFAULT_PROVIDER
  }
}
