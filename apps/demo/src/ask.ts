import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { toolRuns } from './shop.ts'
import type { DemoServer, Stage } from './stage.ts'

/** What came back for a request, and what it took. */
export interface Answer {
  readonly status: number
  /** Of a header, or of a trailer: a stream has its last word after the body. */
  header(name: string): string
  readonly body: Buffer
  readonly ms: number
  readonly modelCalls: number
  readonly toolRuns: number
}

/** Sends the request of the demo, with `X-Replay` where it is given. */
export async function ask(stage: Stage, server: DemoServer, replay?: string): Promise<Answer> {
  const before = { calls: stage.model.calls(), runs: toolRuns.total }
  const startedAtMs = performance.now()
  const request = get(`${server.url}/refund/A-1042`, {
    headers: replay === undefined ? {} : { 'X-Replay': replay },
  })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const body = await buffer(response)
  return {
    status: response.statusCode ?? 0,
    header: (name) => String(response.trailers[name] ?? response.headers[name] ?? ''),
    body,
    ms: performance.now() - startedAtMs,
    modelCalls: stage.model.calls() - before.calls,
    toolRuns: toolRuns.total - before.runs,
  }
}
