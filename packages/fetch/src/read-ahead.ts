import type { Answer } from './response.ts'

/** Most of a body that is read before anybody asks for it. */
const MOST_BYTES = 2 ** 20

/**
 * Reads the body of an answer that comes as a whole as it arrives, up to a limit, whether or not the app wants it.
 *
 * Who only looks at the status never reads the body, and an unread body holds a session open: nobody knows whether
 * it is going to be read. A body that is a stream of events or of data is left to the pace of its reader.
 */
export function readAhead({ status, headers, stream }: Answer): ReadableStream {
  if (!isWhole(status, headers['content-type'])) return stream
  const reader = stream.getReader() as ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>
  return new ReadableStream(
    {
      type: 'bytes',
      async pull(controller) {
        const { done, value } = await reader.read()
        if (done) closeBytes(controller)
        else controller.enqueue(value)
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: MOST_BYTES },
  )
}

function isWhole(status: number, contentType = ''): boolean {
  return status >= 300 || /^(?:application\/(?:[\w.+-]+\+)?json|text\/html)\b/i.test(contentType)
}

// Who reads into a buffer of their own is waiting for it.
function closeBytes(controller: ReadableByteStreamController): void {
  controller.close()
  controller.byobRequest?.respond(0)
}
