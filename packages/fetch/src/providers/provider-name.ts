// The names by which LangChain knows them, and the AI SDK before the dot, so that one `price` fits all.
const PROVIDERS: readonly (readonly [host: string, provider: string])[] = [
  ['openai.com', 'openai'],
  ['anthropic.com', 'anthropic'],
  ['googleapis.com', 'google'],
  ['openai.azure.com', 'azure'],
  ['ai.azure.com', 'azure'],
  ['cognitiveservices.azure.com', 'azure'],
  ['openrouter.ai', 'openrouter'],
  ['groq.com', 'groq'],
  ['mistral.ai', 'mistral'],
  ['deepseek.com', 'deepseek'],
  ['x.ai', 'xai'],
  ['together.xyz', 'togetherai'],
  ['together.ai', 'togetherai'],
  ['fireworks.ai', 'fireworks'],
  ['cerebras.ai', 'cerebras'],
  ['perplexity.ai', 'perplexity'],
  ['cohere.com', 'cohere'],
  ['cohere.ai', 'cohere'],
  ['moonshot.ai', 'moonshotai'],
  ['moonshot.cn', 'moonshotai'],
  ['dashscope.aliyuncs.com', 'alibaba'],
  ['dashscope-intl.aliyuncs.com', 'alibaba'],
  ['voyageai.com', 'voyage'],
]

/** Who answers at a host: a provider that is known by it, else the host itself. */
export function providerOf(hostname: string): string {
  const known = PROVIDERS.find(([host]) => hostname === host || hostname.endsWith(`.${host}`))
  return known?.[1] ?? hostname
}
