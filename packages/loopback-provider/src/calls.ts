import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'

/** What has reached the provider so far. */
export interface Calls {
  readonly total: number
  /** Answers that did not get to their end, mostly because the caller went away. */
  readonly aborted: number
  /** Number of calls by path, such as `/v1/chat/completions`. */
  readonly byPath: Readonly<Record<string, number>>
  /** The calls themselves, in the order in which their bodies arrived. */
  readonly requests: readonly ReceivedRequest[]
}

export interface ReceivedRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** Parsed where it is JSON, text otherwise. */
  readonly body: unknown
}

export interface CallCounter {
  readonly calls: Calls
  /** Counts a request as it arrives, and its answer if the caller goes away before its end. */
  count(request: IncomingMessage, response: ServerResponse): void
  keep(request: ReceivedRequest): void
}

export function createCallCounter(): CallCounter {
  const byPath: Record<string, number> = {}
  const requests: ReceivedRequest[] = []
  const calls = { total: 0, aborted: 0, byPath, requests }

  function count(request: IncomingMessage, response: ServerResponse): void {
    const path = pathOf(request)
    calls.total++
    byPath[path] = (byPath[path] ?? 0) + 1
    response.on('close', () => {
      if (!response.writableFinished) calls.aborted++
    })
  }

  return { calls, count, keep: (request) => void requests.push(request) }
}

/** Reads a request to its end. */
export async function receive(request: IncomingMessage): Promise<ReceivedRequest> {
  const { method = 'GET', headers } = request
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  const isJson = headers['content-type']?.includes('json') && text !== ''
  return { method, path: pathOf(request), headers, body: isJson ? JSON.parse(text) : text }
}

function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?')[0] ?? '/'
}
