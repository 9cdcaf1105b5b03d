export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  if (typeof value !== 'object' || value === null) return false
  try {
    return 'then' in value && typeof value.then === 'function'
  } catch {
    return false
  }
}

export function isReadableStream(value: unknown): value is ReadableStream {
  try {
    return typeof ReadableStream === 'function' && value instanceof ReadableStream
  } catch {
    return false
  }
}

/** Whether a stream is one of bytes. */
export function isByteStream(stream: ReadableStream): boolean {
  try {
    stream.getReader({ mode: 'byob' }).releaseLock()
    return true
  } catch {
    return false
  }
}

/** Whether a value is a stream of Node, which can be read in more ways than can be watched. */
export function isNodeStream(value: unknown): boolean {
  return isAsyncIterable(value) && 'pipe' in value && typeof value.pipe === 'function'
}

export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  if (typeof value !== 'object' || value === null) return false
  try {
    return Symbol.asyncIterator in value
  } catch {
    return false
  }
}
