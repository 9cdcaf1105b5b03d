/** Counts the fields on a path of field numbers in a protobuf message. */
export function countFields(bytes, [field, ...deeper]) {
  let count = 0
  for (let at = 0; at < bytes.length;) {
    const key = readVarint(bytes, at)
    const size = readVarint(bytes, key.end)
    // All fields on the way are messages: wire type 2, a length and so many bytes.
    if ((key.value & 7) !== 2) throw new Error('Not a request of OpenTelemetry.')
    const end = size.end + size.value
    if (key.value >> 3 === field) {
      count += deeper.length === 0 ? 1 : countFields(bytes.subarray(size.end, end), deeper)
    }
    at = end
  }
  return count
}

function readVarint(bytes, start) {
  let value = 0
  let at = start
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++]
    value |= (byte & 0x7f) << shift
    if (byte < 0x80) return { value, end: at }
  }
}
