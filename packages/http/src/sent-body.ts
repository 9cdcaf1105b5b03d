import { decodeText } from '@retake/format'
import { MAX_BODY_BYTES, TOO_LARGE } from './stored-request.ts'
import type { SentResponse } from './stored-response.ts'

type Sent = Pick<SentResponse, 'body' | 'withheld'>

const NOT_WHOLE: Sent = { withheld: 'it was not sent whole' }

/** Collects a body while it is sent. Of one that is too large nothing stays. */
export class SentBody {
  readonly chunks: (Uint8Array | string)[] = []
  size = 0
  isWhole = false

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

  /** What was sent, without its encoding; or why it is not kept. */
  read(encoding: string | undefined): Sent | Promise<Sent> {
    if (!this.isWhole) return NOT_WHOLE
    if (this.size > MAX_BODY_BYTES) return { withheld: TOO_LARGE }
    if (!encoding || encoding === 'identity' || this.size === 0) return { body: joined(this) }
    return decoded(joined(this), encoding)
  }
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
    // What stands in front of us may encode what we have seen as text.
    if (decodeText(bytes) !== undefined) return { body: bytes }
    return { withheld: `its encoding, ${encoding}, could not be undone` }
  }
}
