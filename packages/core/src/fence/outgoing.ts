import type { ClientRequest, IncomingMessage } from 'node:http'
import type { ClientHttp2Stream } from 'node:http2'
import { listen } from './channels.ts'

/** Gives a field by its name in lower case. */
export type FieldOf = (name: string) => string | undefined

/** What is known of a request before its body is sent. */
export interface RequestHead {
  /** Such as `https://api.openai.com`. */
  readonly origin: string
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly header: FieldOf
}

/** A request that is about to leave the process, hop by hop: each redirect is one of its own. */
export interface Outgoing extends RequestHead {
  /** @throws {Error} when its headers are written already, as those of `node:http` are that came as a list. */
  readonly setHeader: (name: string, value: string) => void
  /** Fails it before a byte of it is sent. */
  readonly refuse: (error: Error) => void
}

/** Told of an answer. */
export interface Answered {
  /** When it begins. */
  headers(header: FieldOf): void
  /** When its body is there, with what was only known by then. */
  trailers(trailer: FieldOf): void
}

/** Looks at a request. It is read only where it is looked at, since every request of the process comes by. */
type Watch = (read: () => Outgoing) => Answered | undefined

interface Message {
  readonly request: object
  readonly response?: { readonly headers: unknown }
  readonly trailers?: unknown
}

/** What undici tells of a request, as far as it is used here. */
interface UndiciRequest {
  readonly origin: string | URL
  readonly method: string
  readonly path: string
  readonly headers?: unknown
  addHeader(name: string, value: string): void
  onError?(error: Error): void
  onResponseError?(error: Error): void
}

/** What `node:http2` tells of a stream. */
interface Http2Message {
  readonly stream: ClientHttp2Stream
  readonly headers: Readonly<Record<string, unknown>>
}

/**
 * Watches what is sent by `fetch`, by undici, by `node:http` and `node:http2`, whichever client has sent it.
 *
 * It runs where the request was made, within the scope of that code.
 *
 * @returns a function that ends it.
 * @see https://github.com/nodejs/undici/blob/main/docs/docs/api/DiagnosticsChannel.md
 */
export function watchOutgoing(watch: Watch): () => void {
  const waiting = new WeakMap<object, Answered>()

  function note(request: object, read: () => Outgoing): void {
    const answered = watch(read)
    if (answered) waiting.set(request, answered)
  }

  return listen({
    'undici:request:create': (message) => {
      const { request } = message as Message
      note(request, () => fromUndici(request as UndiciRequest))
    },
    'undici:request:headers': (message) => {
      const { request, response } = message as Message
      waiting.get(request)?.headers(fieldsOf(response?.headers))
    },
    'undici:request:trailers': (message) => {
      const { request, trailers } = message as Message
      waiting.get(request)?.trailers(fieldsOf(trailers))
    },
    'http.client.request.created': (message) => {
      const { request } = message as Message
      note(request, () => fromHttp(request as ClientRequest))
    },
    'http.client.response.finish': (message) => {
      const { request, response } = message as Message
      noteResponse(response as IncomingMessage, waiting.get(request))
    },
    'http2.client.stream.created': (message) => {
      const { stream } = message as Http2Message
      note(stream, () => fromHttp2(message as Http2Message))
    },
  })
}

function fromUndici(request: UndiciRequest): Outgoing {
  const { origin, method, path } = request
  return {
    origin: new URL(String(origin)).origin,
    method,
    path,
    header: (name) => headersOf(request.headers)(name),
    setHeader: (name, value) => request.addHeader(name, value),
    refuse: (error) =>
      request.onError ? request.onError(error) : request.onResponseError?.(error),
  }
}

function fromHttp(request: ClientRequest): Outgoing {
  return {
    origin: originOf(request),
    method: request.method,
    path: request.path,
    header: (name) => textOf(request.getHeader(name)),
    setHeader: (name, value) => void request.setHeader(name, value),
    refuse: (error) => void request.destroy(error),
  }
}

function fromHttp2({ stream, headers }: Http2Message): Outgoing {
  const { ':scheme': scheme, ':authority': authority, ':method': method, ':path': path } = headers
  return {
    origin: new URL(`${String(scheme)}://${String(authority)}`).origin,
    method: String(method),
    path: String(path),
    header: (name) => textOf(headers[name]),
    setHeader: (name) => {
      throw new Error(`A stream of node:http2 is given ${name} too late.`)
    },
    refuse: (error) => void stream.destroy(error),
  }
}

// Node tells the port in nothing but the header, which an app may set as it likes.
function originOf(request: ClientRequest): string {
  const { protocol } = request
  const host = request.host.includes(':') ? `[${request.host}]` : request.host
  const told = `${protocol}//${textOf(request.getHeader('host')) ?? host}`
  const isTrue = URL.canParse(told) && new URL(told).hostname === host
  return new URL(isTrue ? told : `${protocol}//${host}`).origin
}

function noteResponse(response: IncomingMessage, answered: Answered | undefined): void {
  if (answered === undefined) return
  answered.headers((name) => textOf(response.headers[name]))
  response.once('end', () => answered.trailers((name) => response.trailers[name]))
}

// Versions of undici have them as text, or in turn as below.
function headersOf(headers: unknown): FieldOf {
  return fieldsOf(typeof headers === 'string' ? headers.split(/: |\r\n/) : headers)
}

// Names and values in turn, as text or bytes.
function fieldsOf(raw: unknown): FieldOf {
  const pieces = Array.isArray(raw) ? raw.map(String) : []
  return (name) => {
    const at = pieces.findIndex((piece, index) => index % 2 === 0 && piece.toLowerCase() === name)
    return at === -1 ? undefined : pieces[at + 1]
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
