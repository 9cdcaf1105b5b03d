import { decodeText, encode, utf8Bytes, type Encoded, type ReadContent } from '@retake/format'
import { nodeCrypto } from '../runtime/node-crypto.ts'

// Most bytes and values of one stream that are kept. What is more is known by its hash.
const MAX_BYTES = 2 ** 20
const MAX_VALUES = 10_000

/** Collects what is read of a stream. */
export interface ReadCollector {
  chunk(value: unknown): void
  end(): void
  /** Bytes so far, or values. */
  readonly size: number
  readonly isOver: boolean
  result(): ReadContent
}

/**
 * Collects what is read of a stream, however it is cut into chunks: bytes and texts are one text, all other values a list.
 *
 * @param most nothing beyond it is taken in.
 */
export function createReadCollector(most: number = Number.POSITIVE_INFINITY): ReadCollector {
  const hash = nodeCrypto().createHash('sha256')
  const bytes: Uint8Array[] = []
  const values: Encoded[] = []
  let [size, kept] = [0, 0]
  let isOfValues = false
  let isOver = false

  function take(given: Uint8Array): void {
    const part = given.subarray(0, most - size)
    size += part.length
    hash.update(part)
    if (size > MAX_BYTES) return
    // Who has read it may use its buffer for something else.
    bytes.push(part.slice())
    kept += part.length
  }

  function takeValue(value: unknown): void {
    isOfValues = true
    if (size++ >= most) return
    const encoded = encode(value)
    hash.update(JSON.stringify(encoded))
    if (size <= MAX_VALUES) values.push(encoded)
  }

  function content(): Encoded | undefined {
    if (isOfValues) return size > MAX_VALUES ? undefined : values
    if (kept < size) return undefined
    const whole = new Uint8Array(size)
    let at = 0
    for (const part of bytes) {
      whole.set(part, at)
      at += part.length
    }
    return decodeText(whole) ?? encode(whole)
  }

  return {
    chunk(value) {
      if (isOver) return
      const part = typeof value === 'string' ? utf8Bytes(value) : value
      if (ArrayBuffer.isView(part)) {
        take(new Uint8Array(part.buffer, part.byteOffset, part.byteLength))
      } else takeValue(value)
    },
    end: () => void (isOver = true),
    get size() {
      return size
    },
    get isOver() {
      return isOver
    },
    result() {
      const all = content()
      return {
        size: Math.min(size, most),
        ...(isOver ? { ended: true as const } : {}),
        ...(all === undefined ? { hash: hash.copy().digest('hex') } : { content: all }),
      }
    },
  }
}
