import { type CorpusFile } from '@retake/loopback-provider'
import type { Framing } from './framing.ts'
import * as providers from './providers.ts'
import type { CreateModel } from './providers.ts'
import {
  AUDIO,
  EMBEDDING,
  IMAGE,
  PLAIN,
  RERANKING,
  RICH,
  STRUCTURED,
  type Request,
} from './requests.ts'

/** How an answer of the corpus is asked for. */
export interface Reader {
  readonly createModel: CreateModel
  readonly method: 'doStream' | 'doGenerate' | 'doEmbed' | 'doRerank'
  readonly request: Request
  readonly framing: Framing
  /** HTTP status of an answer that is no stream. */
  readonly status: number
  /** Answers that are sent before this one, to requests that prepare a job: names of files, or bodies. */
  readonly before?: readonly (string | object)[]
}

type LanguageReader = Pick<Reader, 'createModel'> & Partial<Pick<Reader, 'framing' | 'request'>>

/** The language models by folder. What is not told is `data`, and takes the rich request. */
const LANGUAGE: Readonly<Record<string, LanguageReader>> = {
  'alibaba/src': { createModel: providers.alibaba },
  'amazon-bedrock/src': { createModel: providers.bedrock, framing: 'amazon' },
  'anthropic/src': { createModel: providers.anthropic, framing: 'named' },
  'azure/src': { createModel: providers.azure, framing: 'named' },
  'cerebras/src': { createModel: providers.cerebras },
  'cohere/src': { createModel: providers.cohere, framing: 'named' },
  'deepseek/src/chat': { createModel: providers.deepseek },
  'google/src': { createModel: providers.google },
  'google/src/interactions': { createModel: providers.interactions },
  'groq/src': { createModel: providers.groq },
  'mistral/src': { createModel: providers.mistral },
  'moonshotai/src': { createModel: providers.moonshot },
  'open-responses/src/responses': { createModel: providers.openResponses, framing: 'named' },
  'openai-compatible/src/chat': { createModel: providers.compatible },
  'openai/src/chat': { createModel: providers.openaiChat },
  'openai/src/completion': { createModel: providers.openaiCompletion, request: PLAIN },
  'openai/src/responses': { createModel: providers.openai, framing: 'named' },
  'perplexity/src': { createModel: providers.perplexity, request: PLAIN },
  // The package of xAI speaks its responses API only.
  'xai/src': { createModel: providers.compatible },
  'xai/src/responses': { createModel: providers.xai, framing: 'named' },
}

type OtherReader = Pick<Reader, 'createModel' | 'method' | 'request' | 'before'>

// Gladia takes the audio first; what it says to that is not in the corpus.
const GLADIA_UPLOADED = { audio_url: 'https://api.gladia.io/file/1', audio_metadata: {} }

/** Answers to something else than a language model, by name. */
const OTHERS: Readonly<Record<string, OtherReader>> = {
  'amazon-bedrock-reranking.1.json': reranking(providers.bedrockRerank),
  'cohere-embedding.json': embedding(providers.cohereEmbedding),
  'cohere-reranking.1.json': reranking(providers.cohereRerank),
  'deepgram-transcription.json': audio(providers.deepgram),
  'fal-transcription-result.json': audio(providers.fal, ['fal-transcription-queue.json']),
  'gladia-result.json': audio(providers.gladia, [GLADIA_UPLOADED, 'gladia-initiate.json']),
  'groq-transcription-text.json': {
    ...audio(providers.groqAudio),
    request: { ...AUDIO, providerOptions: { groq: { responseFormat: 'text' } } },
  },
  'mistral-transcription.json': audio(providers.mistralAudio),
  'openai-embedding.json': embedding(providers.openaiEmbedding),
  'openai-image.json': image(providers.openaiImage),
  'openai-image-edit.json': image(providers.openaiImage),
  'revai-transcript.json': audio(providers.revai, ['revai-job-status.json']),
  'voyage-embedding.json': embedding(providers.voyage),
}

/** What cannot be read, and why. */
export const UNREAD: Readonly<Record<string, string>> = {
  'anthropic-skill-create.json': 'the answer to an upload, which is no call of a model',
  'anthropic-skill-version-create.json': 'the answer to an upload, which is no call of a model',
  'cartesia-transcription.json': 'its package is not in the registry',
  'fal-transcription-queue.json': 'is sent before fal-transcription-result.json',
  'gladia-initiate.json': 'is sent before gladia-result.json',
  'google-live-speech-translation.chunks.txt': 'comes over a WebSocket, which no model call opens',
  'revai-job-status.json': 'is sent before revai-transcript.json',
}

/** Answers that are errors, or hold one. */
export const FAILING: readonly string[] = [
  'made-anthropic-error.json',
  'made-anthropic-overloaded.chunks.txt',
  'made-bedrock-throttled.chunks.txt',
  'made-google-error.json',
  'made-mistral-error.json',
  'made-openai-error-within.chunks.txt',
  'made-openai-error.json',
  'made-openai-failed.chunks.txt',
  'openai-error.1.json',
  'parallel-tool-call-wrapper.1.chunks.txt',
  'reasoning-model-legacy-parameter-error.json',
  'reasoning-model-temperature-error.json',
  'spliced-message-start.chunks.txt',
]

/** How to ask for an answer; `undefined` where nobody does. */
export function readerOf(file: CorpusFile): Reader | undefined {
  if (Object.hasOwn(UNREAD, file.name)) return undefined
  const status = file.name.includes('error') ? 400 : 200
  const other = OTHERS[file.name]
  if (other) return { framing: 'data', status, ...other }
  const language = LANGUAGE[file.reader]
  if (language === undefined) return undefined
  const request = /-json[-.]|-structured-/.test(file.name) ? STRUCTURED : RICH
  return {
    method: file.isStream ? 'doStream' : 'doGenerate',
    framing: 'data',
    status,
    ...language,
    request: { ...(language.request ?? request), ...(file.isStream && { includeRawChunks: true }) },
  }
}

function embedding(createModel: CreateModel): OtherReader {
  return { createModel, method: 'doEmbed', request: EMBEDDING }
}

function reranking(createModel: CreateModel): OtherReader {
  return { createModel, method: 'doRerank', request: RERANKING }
}

function image(createModel: CreateModel): OtherReader {
  return { createModel, method: 'doGenerate', request: IMAGE }
}

function audio(createModel: CreateModel, before: Reader['before'] = []): OtherReader {
  return { createModel, method: 'doGenerate', request: AUDIO, before }
}
