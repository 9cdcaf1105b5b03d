import type { Header } from './exchange.ts'

// What they say is not true of a body that was decompressed, and @retake/fetch does not record them.
const OF_THE_WIRE = ['content-encoding', 'content-length', 'transfer-encoding']

/** The headers of an answer as @retake/fetch records them: one value for each name, in lower case. */
export function recordedHeaders(headers: readonly Header[]): Readonly<Record<string, string>> {
  const all = toHeaders(headers)
  for (const name of OF_THE_WIRE) all.delete(name)
  return Object.fromEntries(all)
}

/** The headers that can be ones. Names of HTTP/2 that begin with a colon, and values that cannot be sent, are left out. */
export function toHeaders(headers: readonly Header[]): Headers {
  const all = new Headers()
  for (const [name, value] of headers) {
    // Chrome writes several of one name as lines of one value.
    for (const line of value.split('\n')) appendValid(all, name, line)
  }
  return all
}

function appendValid(headers: Headers, name: string, value: string): void {
  try {
    headers.append(name, value)
  } catch {
    // It cannot have been seen by an app either.
  }
}
