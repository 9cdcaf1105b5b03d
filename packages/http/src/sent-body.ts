import { decodeText } from '@retake/format'
import { MAX_BODY_BYTES, TOO_LARGE } from './stored-request.ts'
import type { SentResponse } from './stored-response.ts'

type Sent = Pick<SentResponse, 'body' | 'withheld' | 'isBroken'>

const NOT_WHOLE: Sent = { withheld: 'it was not sent whole' }
const BROKEN: Sent = { ...NOT_WHOLE, isBroken: true }

/** Collects a body while it is sent. Of one that is too large nothing stays. */
export class SentBody {
  readonly chunks: (Uint8Array | string)[] = []
  size = 0
  isWhole = false
  /** The server broke it off, and not the client. */
  isBroken = false

  /** Takes a chunk. It is copied: its memory is the app's once it was sent. */
  add(chunk: Uint8Array): void {
    this.size += chunk.byteLength
    if (this.size <= MAX_BODY_BYTES) this.chunks.push(new Uint8Array(chunk))
    else this.chunks.length = 0
  }

  /** Takes a piece of text, which was sent as UTF-8. */
  addText(text: string): void {
    this.size += text.length
    if (this.size <= MAX_BODY_BYTES) this.chunks.push(text)
    else this.chunks.length = 0
  }

  /** All that has come so far. */
  bytes(): Uint8Array<ArrayBuffer> {
    return joined(this)
  }

  /** What was sent, without its encoding; or why it is not kept. */
  read(encoding: string | undefined): Sent | Promise<Sent> {
    return readPlain(this, encoding) ?? decoded(joined(this), encoding ?? '')
  }

  /** The same at once, by a decoder that throws what it cannot decode. */
  readAtOnce(
    encoding: string | undefined,
    decode: (bytes: Uint8Array, encoding: string) => Uint8Array<ArrayBuffer>,
  ): Sent {
    const plain = readPlain(this, encoding)
    if (plain !== undefined) return plain
    const bytes = joined(this)
    try {
      return { body: decode(bytes, encoding?.toLowerCase() ?? '') }
    } catch (error) {
      const isTooLarge = (error as { readonly code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE'
      return isTooLarge ? { withheld: TOO_LARGE } : undecoded(bytes, encoding)
    }
  }
}

// Of what has to be decoded: nothing.
function readPlain(sent: SentBody, encoding: string | undefined): Sent | undefined {
  if (!sent.isWhole) return sent.isBroken ? BROKEN : NOT_WHOLE
  if (sent.size > MAX_BODY_BYTES) return { withheld: TOO_LARGE }
  const isPlain = !encoding || encoding === 'identity' || sent.size === 0
  return isPlain ? { body: joined(sent) } : undefined
}

function joined({ chunks }: SentBody): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder()
  const pieces = chunks.map((chunk) => (typeof chunk === 'string' ? encoder.encode(chunk) : chunk))
  const bytes = new Uint8Array(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0))
  let offset = 0
  for (const piece of pieces) {
    bytes.set(piece, offset)
    offset += piece.byteLength
  }
  return bytes
}

const FORMATS: Readonly<Record<string, string>> = {
  gzip: 'gzip',
  'x-gzip': 'gzip',
  deflate: 'deflate',
  br: 'brotli',
}

// Always decoded: what is compressed can be neither redacted nor compared.
async function decoded(bytes: Uint8Array<ArrayBuffer>, encoding: string): Promise<Sent> {
  try {
    const format = FORMATS[encoding.toLowerCase()]
    const stream = new DecompressionStream(format as CompressionFormat)
    const plain = new SentBody()
    for await (const chunk of new Blob([bytes]).stream().pipeThrough(stream)) {
      plain.add(chunk)
      if (plain.size > MAX_BODY_BYTES) return { withheld: TOO_LARGE }
    }
    return { body: joined(plain) }
  } catch {
    return undecoded(bytes, encoding)
  }
}

// What stands in front of us may encode what we have seen as text.
function undecoded(bytes: Uint8Array<ArrayBuffer>, encoding: string | undefined): Sent {
  if (decodeText(bytes) !== undefined) return { body: bytes }
  return { withheld: `its encoding, ${encoding}, could not be undone` }
}
