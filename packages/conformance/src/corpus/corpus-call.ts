import {
  startProvider,
  type Provider,
  type SentResponse,
  type CorpusFile,
  payloadsOf,
} from '@retake/loopback-provider'
import { wrapAISDK, wrapModel } from '@retake/ai-sdk'
import { retakeFetch } from '@retake/fetch'
import * as ai from 'ai'
import { readParts } from '../provider.ts'
import { CORPUS, readBody } from './files.ts'
import { frameBody, frameStream } from './framing.ts'
import { connectTo, type Connection } from './providers.ts'
import type { Reader } from './readers.ts'

// It makes known the classes of the SDK's errors, which replayed ones then have.
wrapAISDK(ai)

/** A call of a real provider package, which is answered as the provider once did, over HTTP. */
export interface CorpusCall {
  readonly provider: Provider
  /** Makes the call, and reads the answer to its end. */
  readonly make: (request?: Reader['request']) => Promise<unknown>
}

type Method = (request: object) => Promise<{ readonly stream?: ReadableStream<unknown> }>

/**
 * Starts a provider that gives the answer of one file, and nothing else.
 *
 * @param layer where the call is recorded: in the SDK, or beneath it as a request over HTTP.
 */
export async function prepareCall(
  file: CorpusFile,
  reader: Reader,
  layer: 'sdk' | 'http' = 'sdk',
): Promise<CorpusCall> {
  const provider = await startProvider({
    corpus: answersOf(file, reader),
    thinkMs: 0,
    chunkDelayMs: 0,
  })
  const model = createModel(reader, connectTo(provider.url), layer) as Record<string, Method>

  async function make(request: Reader['request'] = reader.request): Promise<unknown> {
    const answer = await model[reader.method]?.(request)
    const { stream, ...opening } = answer ?? {}
    return stream ? { opening, parts: await readParts(stream as never) } : opening
  }
  return { provider, make }
}

function createModel(
  { createModel: create }: Reader,
  connection: Connection,
  layer: 'sdk' | 'http',
): object {
  return layer === 'sdk'
    ? wrapModel(create(connection))
    : create({ ...connection, fetch: retakeFetch(connection.fetch) })
}

function answersOf(
  file: CorpusFile,
  { framing, status, before = [] }: Reader,
): readonly SentResponse[] {
  if (file.isStream) return [frameStream(payloadsOf(file), framing)]
  const first = before.map((answer) => (typeof answer === 'string' ? readNamed(answer) : answer))
  return [...first, readBody(file)].map((body) => frameBody(body, status))
}

function readNamed(name: string): unknown {
  return CORPUS.filter((file) => file.name === name).map(readBody)[0]
}
