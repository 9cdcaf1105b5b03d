import { createAnthropic, type AnthropicProvider } from '@ai-sdk/anthropic'
import { createOpenAI, type OpenAIProvider } from '@ai-sdk/openai'
import { createOpenAICompatible, type OpenAICompatibleProvider } from '@ai-sdk/openai-compatible'
import type { Provider } from '@retake/loopback-provider'

export const QUESTION = 'What is the weather in Oslo?'

const apiKey = 'none'

export function openai({ url }: Pick<Provider, 'url'>): OpenAIProvider {
  return createOpenAI({ baseURL: url, apiKey })
}

export function anthropic({ url }: Pick<Provider, 'url'>): AnthropicProvider {
  return createAnthropic({ baseURL: url, apiKey })
}

export function compatible({ url }: Pick<Provider, 'url'>): OpenAICompatibleProvider {
  return createOpenAICompatible({ name: 'acme', baseURL: url, apiKey })
}

/** Reads a stream to its end. `onPart` is for those that do not come to one. */
export async function collect<T>(
  stream: AsyncIterable<T>,
  onPart?: (part: T) => void,
): Promise<T[]> {
  const parts: T[] = []
  for await (const part of stream) {
    parts.push(part)
    onPart?.(part)
  }
  return parts
}
