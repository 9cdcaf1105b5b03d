import { createOpenAI } from '@ai-sdk/openai'
import { ChatOpenAI } from '@langchain/openai'
import { wrapProvider } from '@retake/ai-sdk'
import { callsOf } from '@retake/testing'
import { patchFetch } from '@retake/fetch'
import { RetakeCallbackHandler } from '@retake/langchain'
import { startProvider } from '@retake/loopback-provider'
import { generateText, streamText } from 'ai'
import OpenAI from 'openai'
import { expect } from 'vitest'
import { createTestRetake, loadSession, record, replay } from '../lab.ts'
import { verifies } from '../verifies.ts'

verifies('scope:one-event', async () => {
  void new RetakeCallbackHandler()
  const unpatch = patchFetch()
  const provider = await startProvider({ thinkMs: 0, chunkDelayMs: 0 })
  const connection = { baseURL: provider.url, apiKey: 'none' }
  const prompt = 'Will it rain?'

  async function agent(): Promise<unknown> {
    const model = wrapProvider(createOpenAI(connection))('gpt-5')
    const { text } = await generateText({ model, prompt })
    const streamed = await streamText({ model, prompt }).text
    const chat = new ChatOpenAI({
      model: 'gpt-5',
      apiKey: 'none',
      configuration: connection,
      useResponsesApi: true,
    })
    const { text: chatted } = await chat.invoke(prompt)
    const { output_text } = await new OpenAI(connection).responses.create({
      model: 'gpt-5',
      input: prompt,
    })
    return [text, streamed, chatted, output_text]
  }

  const retake = createTestRetake()
  const { id, value } = await record(retake, agent)
  await provider.close()
  const again = await replay(retake, id, agent)
  unpatch()

  const recorded = callsOf(await loadSession(retake, id))
  expect(recorded.map(({ kind }) => kind)).toEqual(['llm', 'llm', 'llm', 'http'])
  expect(provider.calls.total).toBe(4)
  expect(again.ending).toEqual({ value })
  expect(again.report).toMatchObject({ served: 4, exact: 4, status: 'ok' })
})
