import { crc32 } from 'node:zlib'

// Two lengths of four bytes each, and their checksum.
const PRELUDE_BYTES = 12
const CHECKSUM_BYTES = 4
const TYPE_OF_TEXT = 7

/**
 * Frames the payload of an event as Amazon does: lengths, headers and payload, each part with its checksum.
 *
 * @see https://smithy.io/2.0/aws/amazon-eventstream.html
 */
export function frameEvent(eventType: string, payload: string): Buffer {
  const headers = Buffer.concat([
    frameHeader(':message-type', 'event'),
    frameHeader(':event-type', eventType),
    frameHeader(':content-type', 'application/json'),
  ])
  const body = Buffer.from(payload)
  const length = PRELUDE_BYTES + headers.length + body.length + CHECKSUM_BYTES
  const lengths = Buffer.concat([uint32(length), uint32(headers.length)])
  const message = Buffer.concat([lengths, uint32(crc32(lengths)), headers, body])
  return Buffer.concat([message, uint32(crc32(message))])
}

function frameHeader(name: string, value: string): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(Buffer.byteLength(value))
  return Buffer.concat([
    Buffer.of(name.length),
    Buffer.from(name),
    Buffer.of(TYPE_OF_TEXT),
    length,
    Buffer.from(value),
  ])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
