import type { CallOptions, CallSummary, Outcome } from '@retake/core'
import type { RequestHead } from '../http-request.ts'
import { asObject } from './fields.ts'
import { findUsage } from './find-usage.ts'
import { providerOf } from './provider-name.ts'
import {
  readCompletions,
  readEmbeddings,
  readGenerated,
  readMessages,
  readResponses,
  type ReadCounts,
  toUsage,
} from './token-counts.ts'

// Of all that is asked by `fetch`, few requests go to a model: this is all that the others cost.
const PATH =
  /[/:](completions|responses|embeddings|messages|generateContent|streamGenerateContent)$/

/** How to read the tokens, by the last word of a path. */
const APIS: Readonly<Record<string, ReadCounts>> = {
  completions: readCompletions,
  responses: readResponses,
  embeddings: readEmbeddings,
  messages: readMessages,
  generateContent: readGenerated,
  streamGenerateContent: readGenerated,
}

/**
 * What is known of a request to a model besides: which one it is, who runs it, and how to tell from the answer what
 * was used. Nothing of any other request.
 *
 * @param body as it is recorded.
 * @see docs/decisions/0059-models-behind-fetch.md
 */
export function describeModel(
  head: RequestHead,
  body: unknown,
): Pick<CallOptions, 'model' | 'provider' | 'summarize'> {
  const read = apiOf(head)
  const model = read && modelOf(head.url, body)
  if (!read || !model) return {}
  return {
    model,
    provider: providerOf(head.url.hostname),
    summarize: (outcome) => summarize(outcome, read),
  }
}

function apiOf({ method, url, headers }: RequestHead): ReadCounts | undefined {
  const word = method === 'POST' ? PATH.exec(url.pathname)?.[1] : undefined
  if (word === undefined) return undefined
  // Many an API has messages.
  const isForeign = word === 'messages' && !headers.has('anthropic-version')
  return isForeign ? undefined : APIS[word]
}

// Google has it in the path, and Azure the name that it was deployed by.
function modelOf({ pathname }: URL, body: unknown): string | undefined {
  const { model } = asObject(body)
  if (typeof model === 'string') return model
  return /\/(?:models|tunedModels|endpoints|deployments)\/([^/:]+)/.exec(pathname)?.[1]
}

// An event of a stream: OpenAI's and compatible ones, those of its responses, and Anthropic's.
const FAILURE = /^data:\s*\{\s*(?:"error"\s*:\s*[{"]|"type"\s*:\s*"(?:error|response\.failed)")/m

function tellsFailure(text: string): boolean {
  return text.includes('data:') && FAILURE.test(text)
}

function summarize({ stream }: Outcome, read: ReadCounts): CallSummary {
  const text = stream?.parts.filter((part) => typeof part === 'string').join('') ?? ''
  const told = findUsage(text)
  const usage = told && toUsage(read, told)
  return { ...(usage ? { usage } : {}), ...(tellsFailure(text) && { hasFailed: true }) }
}
