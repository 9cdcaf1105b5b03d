import { subscribe, unsubscribe, type ChannelListener } from 'node:diagnostics_channel'
import type { ClientRequest, IncomingMessage } from 'node:http'

/** A request that is about to leave the process, hop by hop: each redirect is one of its own. */
export interface Outgoing {
  readonly origin: string
  readonly method: string
  /** Path and query. */
  readonly path: string
  /** @throws {Error} when its headers are written already, as those of `node:http` are that came as a list. */
  readonly setHeader: (name: string, value: string) => void
  /** Fails it before a byte of it is sent. */
  readonly refuse: (error: Error) => void
}

/** Gives a field by its name in lower case. */
type FieldOf = (name: string) => string | undefined

/** Told of an answer. */
export interface Answered {
  /** When it begins. */
  headers(header: FieldOf): void
  /** When its body is there, with what was only known by then. */
  trailers(trailer: FieldOf): void
}

type Watch = (request: Outgoing) => Answered | undefined

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
  addHeader(name: string, value: string): void
  onError?(error: Error): void
  onResponseError?(error: Error): void
}

/**
 * Watches what is sent by `fetch`, by undici and by `node:http`, whichever client has sent it.
 *
 * It runs where the request was made, within the scope of that code.
 *
 * @returns a function that ends it.
 * @see https://github.com/nodejs/undici/blob/main/docs/docs/api/DiagnosticsChannel.md
 */
export function watchOutgoing(watch: Watch): () => void {
  const waiting = new WeakMap<object, Answered>()

  function note(request: object, outgoing: Outgoing): void {
    const answered = watch(outgoing)
    if (answered) waiting.set(request, answered)
  }

  const listeners: Readonly<Record<string, (message: Message) => void>> = {
    'undici:request:create': ({ request }) => note(request, fromUndici(request as UndiciRequest)),
    'undici:request:headers': ({ request, response }) =>
      waiting.get(request)?.headers(fieldsOf(response?.headers)),
    'undici:request:trailers': ({ request, trailers }) =>
      waiting.get(request)?.trailers(fieldsOf(trailers)),
    'http.client.request.created': ({ request }) =>
      note(request, fromHttp(request as ClientRequest)),
    'http.client.response.finish': ({ request, response }) =>
      noteResponse(response as IncomingMessage, waiting.get(request)),
  }
  const guarded = Object.entries(listeners).map(
    ([name, listen]) => [name, guard((message) => listen(message as Message))] as const,
  )
  for (const [name, listener] of guarded) subscribe(name, listener)
  return () => {
    for (const [name, listener] of guarded) unsubscribe(name, listener)
  }
}

/** A listener that throws nothing: what one throws would end the process. */
export function guard(listen: (message: unknown) => void): ChannelListener {
  return (message) => {
    try {
      listen(message)
    } catch {}
  }
}

function fromUndici(request: UndiciRequest): Outgoing {
  return {
    origin: new URL(String(request.origin)).origin,
    method: request.method,
    path: request.path,
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
    setHeader: (name, value) => void request.setHeader(name, value),
    refuse: (error) => void request.destroy(error),
  }
}

// Node tells the port in nothing but the header, which an app may set as it likes.
function originOf(request: ClientRequest): string {
  const { protocol } = request
  const host = request.host.includes(':') ? `[${request.host}]` : request.host
  const told = new URL(`${protocol}//${textOf(request.getHeader('host')) ?? host}`)
  return told.hostname === host ? told.origin : new URL(`${protocol}//${host}`).origin
}

function noteResponse(response: IncomingMessage, answered: Answered | undefined): void {
  answered?.headers((name) => textOf(response.headers[name]))
  response.once('end', () => answered?.trailers((name) => response.trailers[name]))
}

// Names and values in turn, as bytes.
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
