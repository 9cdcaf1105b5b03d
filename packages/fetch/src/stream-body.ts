import type { PassThrough, Readable } from 'node:stream'

type Body = NonNullable<RequestInit['body']>

/** A stream of Node, or one with its interface from before there were iterators, as that of `form-data`. */
interface NodeStream {
  pipe<T>(target: T): T
  on(event: 'error', listener: (error: unknown) => void): unknown
  getBoundary?(): string
}

interface Streams {
  readonly PassThrough: typeof PassThrough
  readonly Readable: typeof Readable
}

// Where there are none, nobody has a stream of them.
function streams(): Streams {
  return globalThis.process.getBuiltinModule('node:stream')
}

/**
 * Whether a body can be read only once.
 *
 * @param isPlatform whether the `fetch` of the platform sends it, which takes what cannot be iterated for a text.
 */
export function isStream(body: unknown, isPlatform: boolean): body is object {
  if (typeof body !== 'object' || body === null) return false
  return Symbol.asyncIterator in body || (isPiped(body) && !isPlatform)
}

function isPiped(body: object): body is NodeStream {
  return 'pipe' in body && typeof body.pipe === 'function'
}

interface StreamBody {
  /** What it held; absent where it has failed, or holds what is no body. */
  readonly bytes?: Uint8Array<ArrayBuffer>
  /** What is sent in its place: the same chunks, and the same failure. */
  readonly again: Body
}

export async function readStream(body: object): Promise<StreamBody> {
  const chunks: unknown[] = []
  try {
    for await (const chunk of iterate(body)) chunks.push(copyOf(chunk))
  } catch (error) {
    return { again: again(body, chunks, { error }) }
  }
  const bytes = await bytesOf(chunks)
  return { ...(bytes && { bytes }), again: again(body, chunks) }
}

function iterate(body: object): AsyncIterable<unknown> {
  if (Symbol.asyncIterator in body) return body as AsyncIterable<unknown>
  const stream = body as NodeStream
  const through = new (streams().PassThrough)()
  stream.on('error', (error) => through.destroy(error as Error))
  return stream.pipe(through)
}

// Of the kind that it was, since other implementations of `fetch` know only their own.
function again(
  body: object,
  chunks: readonly unknown[],
  failure?: { readonly error: unknown },
): Body {
  async function* parts() {
    yield* chunks
    if (failure) throw failure.error
  }
  if (!isPiped(body)) return streamOf(parts())
  const stream = streams().Readable.from(parts())
  // By it some know the type of the body.
  if (body.getBoundary) Object.assign(stream, { getBoundary: () => body.getBoundary?.() })
  return stream as unknown as Body
}

function streamOf(parts: AsyncGenerator<unknown, void>): ReadableStream {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await parts.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
  })
}

// The source may use its buffer again.
function copyOf(chunk: unknown): unknown {
  return chunk instanceof Uint8Array ? new Uint8Array(chunk) : chunk
}

type Part = string | Uint8Array<ArrayBuffer>

async function bytesOf(chunks: readonly unknown[]): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const isBody = (chunk: unknown) => typeof chunk === 'string' || chunk instanceof Uint8Array
  if (!chunks.every(isBody)) return undefined
  return new Uint8Array(await new Blob(chunks as Part[]).arrayBuffer())
}
