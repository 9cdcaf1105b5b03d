import { ChatAnthropic } from '@langchain/anthropic'
import { ChatOpenAI, type ChatOpenAIFields } from '@langchain/openai'
import type { Provider } from '@retake/loopback-provider'

export const QUESTION = 'What is the weather in Oslo?'

type Where = Pick<Provider, 'url'>

export function openai({ url }: Where, fields: ChatOpenAIFields = {}): ChatOpenAI {
  return new ChatOpenAI({
    model: 'gpt-4o-mini',
    apiKey: 'none',
    maxRetries: 0,
    configuration: { baseURL: url },
    ...fields,
  })
}

export function responses(provider: Where, fields: ChatOpenAIFields = {}): ChatOpenAI {
  return openai(provider, { model: 'gpt-5', useResponsesApi: true, ...fields })
}

export function anthropic(
  { url }: Where,
  fields: ConstructorParameters<typeof ChatAnthropic>[0] = {},
): ChatAnthropic {
  return new ChatAnthropic({
    model: 'claude-sonnet-4-5',
    apiKey: 'none',
    maxRetries: 0,
    anthropicApiUrl: url.replace(/\/v1$/, ''),
    ...(fields as object),
  })
}

/** Reads a stream to its end. */
export async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const parts: T[] = []
  for await (const part of stream) parts.push(part)
  return parts
}
