import type { createAnthropic } from '@ai-sdk/anthropic'
import type { createOpenAI } from '@ai-sdk/openai'
import type { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import type * as ai from 'ai'

/** The exports of `ai`, with the types of the newest major. */
export type Sdk = typeof ai

/** The SDK of one major, and the providers that go with it. */
export interface Line {
  readonly ai: Sdk
  readonly createOpenAI: typeof createOpenAI
  readonly createAnthropic: typeof createAnthropic
  readonly createOpenAICompatible: typeof createOpenAICompatible
}

// What has another name in an older major, by the name that it has now.
const OLDER_NAMES: Readonly<Record<string, string>> = {
  ToolLoopAgent: 'Experimental_Agent',
  generateImage: 'experimental_generateImage',
  generateSpeech: 'experimental_generateSpeech',
  transcribe: 'experimental_transcribe',
}

/** A namespace in which everything is found by its newest name. */
export function withNewNames(sdk: Sdk): Sdk {
  const given = sdk as unknown as Readonly<Record<string, unknown>>
  const renamed = Object.entries(OLDER_NAMES).filter(([name]) => given[name] === undefined)
  const added = renamed.map(([name, older]) => [name, given[older]])
  return { ...given, ...Object.fromEntries(added) } as Sdk
}
