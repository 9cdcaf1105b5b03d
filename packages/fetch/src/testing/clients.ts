import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAI } from '@ai-sdk/openai'
import Anthropic from '@anthropic-ai/sdk'
import { ChatAnthropic } from '@langchain/anthropic'
import { ChatOpenAI } from '@langchain/openai'
import { generateText, streamText } from 'ai'
import OpenAI from 'openai'

const QUESTION = 'Will it rain in Oslo tomorrow?'
const KEY = 'sk-none-of-anybodys'

/** Asks a model by an SDK, which sends it through the `fetch` that is global, and gives what the SDK makes of the answer. */
type Ask = (url: string) => Promise<unknown>

const openai = (url: string) => new OpenAI({ baseURL: url, apiKey: KEY })
const anthropic = (url: string) => new Anthropic({ baseURL: url.replace(/\/v1$/, ''), apiKey: KEY })
const messages = [{ role: 'user', content: QUESTION }] as const

/** What each SDK asks in each of its ways. */
export const CLIENTS: Readonly<Record<string, Ask>> = {
  'openai chat': async (url) =>
    openai(url).chat.completions.create({ model: 'gpt-5', messages: [...messages] }),
  'openai chat, streamed': async (url) =>
    collect(
      await openai(url).chat.completions.create({
        model: 'gpt-5',
        messages: [...messages],
        stream: true,
      }),
    ),
  'openai responses': async (url) => {
    const { output_text, usage } = await openai(url).responses.create({
      model: 'gpt-5',
      input: QUESTION,
    })
    return { output_text, usage }
  },
  'openai responses, streamed': async (url) =>
    collect(await openai(url).responses.create({ model: 'gpt-5', input: QUESTION, stream: true })),
  'openai embeddings': async (url) =>
    openai(url).embeddings.create({ model: 'text-embedding-3-small', input: QUESTION }),
  'anthropic messages': async (url) =>
    anthropic(url).messages.create({
      model: 'claude-haiku-4-5',
      max_tokens: 400,
      messages: [...messages],
    }),
  'anthropic messages, streamed': async (url) =>
    collect(
      await anthropic(url).messages.create({
        model: 'claude-haiku-4-5',
        max_tokens: 400,
        messages: [...messages],
        stream: true,
      }),
    ),
  'ai-sdk openai': async (url) => aiText(createOpenAI({ baseURL: url, apiKey: KEY })('gpt-5')),
  'ai-sdk openai, streamed': async (url) =>
    aiStream(createOpenAI({ baseURL: url, apiKey: KEY })('gpt-5')),
  'ai-sdk anthropic': async (url) =>
    aiText(createAnthropic({ baseURL: url, apiKey: KEY })('claude-haiku-4-5')),
  'ai-sdk anthropic, streamed': async (url) =>
    aiStream(createAnthropic({ baseURL: url, apiKey: KEY })('claude-haiku-4-5')),
  'langchain openai': async (url) => (await chatOpenAI(url).invoke(QUESTION)).text,
  'langchain openai, streamed': async (url) =>
    (await collect(await chatOpenAI(url).stream(QUESTION))).map(({ text }) => text),
  'langchain anthropic': async (url) => (await chatAnthropic(url).invoke(QUESTION)).text,
  'langchain anthropic, streamed': async (url) =>
    (await collect(await chatAnthropic(url).stream(QUESTION))).map(({ text }) => text),
}

type Model = Parameters<typeof generateText>[0]['model']

async function aiText(model: Model): Promise<unknown> {
  const { text, usage } = await generateText({ model, prompt: QUESTION })
  return { text, usage }
}

async function aiStream(model: Model): Promise<readonly unknown[]> {
  const { textStream } = streamText({ model, prompt: QUESTION, onError() {} })
  return collect(textStream)
}

function chatOpenAI(url: string): ChatOpenAI {
  // Responses: chat completions ask the network for tables of tokens when they are streamed.
  return new ChatOpenAI({
    model: 'gpt-5',
    apiKey: KEY,
    configuration: { baseURL: url },
    useResponsesApi: true,
  })
}

function chatAnthropic(url: string): ChatAnthropic {
  return new ChatAnthropic({
    model: 'claude-haiku-4-5',
    apiKey: KEY,
    anthropicApiUrl: url.replace(/\/v1$/, ''),
  })
}

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const parts: T[] = []
  for await (const part of stream) parts.push(part)
  return parts
}
