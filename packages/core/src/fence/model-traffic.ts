import type { FieldOf, RequestHead } from './outgoing.ts'

// How the SDKs of providers, and what is built on them, name themselves.
const AGENTS =
  /(?:^|[\s;(])(?:ai-sdk[\w-]*|ai|OpenAI|AzureOpenAI|Anthropic|AnthropicBedrock|langchain[\w-]*|ollama-js|google-genai-sdk|GoogleGenerativeAI|mistral-client|speakeasy-sdk|Groq|Together|Cohere|cohere-ai|replicate-javascript)(?:\/JS)?[\s/]/i

const PATHS = [
  String.raw`/chat/completions`,
  String.raw`/v\d+\w*/(?:completions|responses|embeddings|moderations|rerank|messages/count_tokens)`,
  String.raw`/v\d+\w*/(?:images/(?:generations|edits|variations)|audio/(?:speech|transcriptions|translations))`,
  String.raw`:(?:generateContent|streamGenerateContent|embedContent|batchEmbedContents|countTokens|predict\w*)`,
  String.raw`/model/[^/]+/(?:invoke|converse)\S*`,
]
const PATH = new RegExp(`(?:${PATHS.join('|')})$`)

/** Where Ollama listens, whose paths others have as well. */
const OLLAMA = /:11434$/

/**
 * Whether a request goes to a model. Those that run on this machine are models too, so that loopback alone does not let
 * a request pass.
 */
export function isModelTraffic({ origin, method, path, header }: RequestHead): boolean {
  const [pathname = ''] = path.split('?', 1)
  return (method === 'POST' && PATH.test(pathname)) || OLLAMA.test(origin) || isOfSdk(header)
}

function isOfSdk(header: FieldOf): boolean {
  if (header('x-stainless-lang') !== undefined || header('anthropic-version') !== undefined)
    return true
  return AGENTS.test(header('user-agent') ?? '') || header('x-goog-api-client') !== undefined
}
