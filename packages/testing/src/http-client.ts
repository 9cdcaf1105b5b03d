import { type Agent, type IncomingMessage, request as openRequest } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

/** A request to send. */
export interface HttpCall {
  readonly path: string
  /** @default POST with a body, GET without one */
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Bytes and text are sent as they are, all else as JSON. */
  readonly body?: unknown
  /** Keeps its connection, when it is one that does. */
  readonly agent?: Agent
}

/** A response as it came over the wire. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: string
  /** Whether the body came to its end, or the connection broke before. */
  readonly isWhole: boolean
  readonly trailers: Readonly<Record<string, string | undefined>>
}

/** A response whose body is still to come. */
export interface OpenAnswer {
  readonly response: IncomingMessage
  /** The next piece of the body, as it came. */
  readonly next: () => Promise<string>
  /** Breaks the connection. */
  readonly leave: () => void
}

/** Sends a request and reads the response, until it ends or breaks. */
export async function sendRequest(origin: string, call: HttpCall): Promise<HttpAnswer> {
  const response = await open(origin, call)
  const body = await readBody(response)
  const { statusCode: status = 0, headers, trailers, complete: isWhole } = response
  return { status, headers, body, isWhole, trailers }
}

/** Sends a request and gives the response as soon as its head is there. */
export async function openResponse(origin: string, call: HttpCall): Promise<OpenAnswer> {
  const response = await open(origin, call)
  const pieces = response.iterator({ destroyOnReturn: false })
  // A connection that the client breaks is an error to its own response.
  response.on('error', () => {})
  return {
    response,
    next: async () => String((await pieces.next()).value),
    leave: () => void response.destroy(),
  }
}

/** Sends bytes as they are, and gives what comes back until the server closes the connection. */
export async function sendBytes(origin: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(origin)
  const socket = connect(Number(port), hostname)
  socket.write(bytes, 'latin1')
  return text(socket)
}

async function readBody(response: IncomingMessage): Promise<string> {
  const pieces: unknown[] = []
  try {
    for await (const piece of response.setEncoding('utf8')) pieces.push(piece)
  } catch {
    // The connection broke: the answer says so by `isWhole`.
  }
  return pieces.join('')
}

function open(
  origin: string,
  { path, method, headers, body, agent }: HttpCall,
): Promise<IncomingMessage> {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array
  const payload = isRaw || body === undefined ? body : JSON.stringify(body)
  const options = {
    method: method ?? (payload === undefined ? 'GET' : 'POST'),
    headers: {
      ...(!isRaw && payload && { 'content-type': 'application/json' }),
      ...(payload && { 'content-length': Buffer.byteLength(payload) }),
      ...headers,
    },
    ...(agent && { agent }),
  }
  return new Promise((resolve, reject) => {
    openRequest(origin + path, options, resolve)
      .on('error', reject)
      .end(payload)
  })
}
