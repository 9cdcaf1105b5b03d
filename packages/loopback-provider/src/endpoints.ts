import { anthropicMessages } from './formats/anthropic-messages.ts'
import { replyWithSpeech, replyWithTranscription } from './formats/audio.ts'
import { replyWithEmbeddings } from './formats/embeddings.ts'
import { replyWithImages } from './formats/images.ts'
import { openaiChat } from './formats/openai-chat.ts'
import { openaiResponses } from './formats/openai-responses.ts'
import { replyWithRanking } from './formats/rerank.ts'
import type { Reply } from './reply.ts'
import type { WireFormat } from './wire-format.ts'

// Found by the end of the path, because SDKs differ in what they put before it.
const FORMATS: Readonly<Record<string, WireFormat>> = {
  '/chat/completions': openaiChat,
  '/responses': openaiResponses,
  '/messages': anthropicMessages,
}

const SERVICES: Readonly<Record<string, (body: unknown) => Reply>> = {
  '/embeddings': replyWithEmbeddings,
  '/images/generations': replyWithImages,
  '/audio/speech': replyWithSpeech,
  '/audio/transcriptions': replyWithTranscription,
  '/rerank': replyWithRanking,
}

/** The wire format of a path. Without one of its own, a path has the headers and errors of OpenAI's. */
export function formatOf(path: string): WireFormat {
  return findByEnd(FORMATS, path) ?? openaiChat
}

/** True where a language model answers. */
export function isModel(path: string): boolean {
  return findByEnd(FORMATS, path) !== undefined
}

/** Answers what is no language model, and never a stream. */
export function findService(path: string): ((body: unknown) => Reply) | undefined {
  return findByEnd(SERVICES, path)
}

function findByEnd<T>(table: Readonly<Record<string, T>>, path: string): T | undefined {
  return Object.entries(table).find(([end]) => path.endsWith(end))?.[1]
}
