import { createAlibaba } from '@ai-sdk/alibaba'
import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock'
import { createAnthropic } from '@ai-sdk/anthropic'
import { createAzure } from '@ai-sdk/azure'
import { createCerebras } from '@ai-sdk/cerebras'
import { createCohere } from '@ai-sdk/cohere'
import { createDeepgram } from '@ai-sdk/deepgram'
import { createDeepSeek } from '@ai-sdk/deepseek'
import { createFal } from '@ai-sdk/fal'
import { createGladia } from '@ai-sdk/gladia'
import { createGoogle } from '@ai-sdk/google'
import { createGroq } from '@ai-sdk/groq'
import { createMistral } from '@ai-sdk/mistral'
import { createMoonshotAI } from '@ai-sdk/moonshotai'
import { createOpenResponses } from '@ai-sdk/open-responses'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { createPerplexity } from '@ai-sdk/perplexity'
import { createRevai } from '@ai-sdk/revai'
import { createVoyage } from '@ai-sdk/voyage'
import { createXai } from '@ai-sdk/xai'

/** What every provider is made with. Its URLs are its own; `fetch` leads them to the loopback interface. */
export interface Connection {
  readonly apiKey: string
  readonly fetch: typeof fetch
}

/** Leads every request to `origin`, whatever host it is meant for. The path stays. */
export function connectTo(origin: string): Connection {
  return {
    apiKey: 'none',
    fetch: (input, init) => {
      const { pathname, search } = new URL(input instanceof Request ? input.url : input)
      return fetch(new URL(pathname + search, origin), init)
    },
  }
}

/** Makes the model of a provider package. */
export type CreateModel = (connection: Connection) => object

export const alibaba: CreateModel = (to) => createAlibaba(to)('qwen-plus')
export const anthropic: CreateModel = (to) => createAnthropic(to)('claude-sonnet-4-5')
export const azure: CreateModel = (to) => createAzure({ ...to, resourceName: 'test' })('gpt-5')
export const bedrock: CreateModel = (to) => amazon(to)('anthropic.claude-sonnet-4-5-v1:0')
export const bedrockRerank: CreateModel = (to) => amazon(to).reranking('cohere.rerank-v3-5:0')
export const cerebras: CreateModel = (to) => createCerebras(to)('zai-glm-4.7')
export const cohere: CreateModel = (to) => createCohere(to)('command-a-03-2025')
export const cohereEmbedding: CreateModel = (to) => createCohere(to).embedding('embed-v4.0')
export const cohereRerank: CreateModel = (to) => createCohere(to).reranking('rerank-v3.5')
export const deepgram: CreateModel = (to) => createDeepgram(to).transcription('nova-3')
export const deepseek: CreateModel = (to) => createDeepSeek(to)('deepseek-reasoner')
export const fal: CreateModel = (to) => createFal(to).transcription('wizper')
export const gladia: CreateModel = (to) => createGladia(to).transcription()
export const google: CreateModel = (to) => createGoogle(to)('gemini-2.5-flash')
export const interactions: CreateModel = (to) => createGoogle(to).interactions('gemini-2.5-flash')
export const groq: CreateModel = (to) => createGroq(to)('llama-3.3-70b-versatile')
export const groqAudio: CreateModel = (to) => createGroq(to).transcription('whisper-large-v3')
export const mistral: CreateModel = (to) => createMistral(to)('mistral-small-latest')
export const mistralAudio: CreateModel = (to) =>
  createMistral(to).transcription('voxtral-mini-latest')
export const moonshot: CreateModel = (to) => createMoonshotAI(to)('kimi-k3')
export const openai: CreateModel = (to) => createOpenAI(to).responses('gpt-5')
export const openaiChat: CreateModel = (to) => createOpenAI(to).chat('o3-mini')
export const openaiCompletion: CreateModel = (to) =>
  createOpenAI(to).completion('gpt-3.5-turbo-instruct')
export const openaiEmbedding: CreateModel = (to) =>
  createOpenAI(to).embedding('text-embedding-3-small')
export const openaiImage: CreateModel = (to) => createOpenAI(to).image('gpt-image-1')
export const compatible: CreateModel = (to) =>
  createOpenAICompatible({ ...to, name: 'acme', baseURL: 'http://acme.test/v1' })('grok-3-mini')
export const openResponses: CreateModel = (to) =>
  createOpenResponses({ ...to, name: 'lmstudio', url: 'http://lmstudio.test/v1/responses' })('any')
export const perplexity: CreateModel = (to) => createPerplexity(to)('sonar')
export const revai: CreateModel = (to) => createRevai(to).transcription('machine')
export const voyage: CreateModel = (to) => createVoyage(to).embedding('voyage-3.5')
export const xai: CreateModel = (to) => createXai(to).responses('grok-4-fast-reasoning')

function amazon(to: Connection): ReturnType<typeof createAmazonBedrock> {
  return createAmazonBedrock({ ...to, region: 'us-east-1' })
}
