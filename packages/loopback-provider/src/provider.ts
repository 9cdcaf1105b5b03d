import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createCallCounter, receive, type Calls } from './calls.ts'
import { createPlan, type PlannedResponse, type RecordedResponse } from './plan.ts'
import { sendReply } from './reply.ts'
import { respond } from './respond.ts'

export interface ProviderOptions {
  /**
   * Time until an answer begins, in milliseconds.
   *
   * @default 5
   */
  thinkMs?: number
  /**
   * Time between two events of a stream, in milliseconds.
   *
   * @default 1
   */
  chunkDelayMs?: number
  /** Recorded answers to give instead of made-up ones, in turn and over again, whatever is asked. */
  corpus?: readonly RecordedResponse[]
}

/** A model provider that listens on the loopback interface. */
export interface Provider {
  /** Base URL for SDKs, such as `http://127.0.0.1:40123/v1`. */
  readonly url: string
  /** Counts what has arrived so far. */
  readonly calls: Calls
  /** Appends to the queue of planned responses, of which each next call takes one. */
  plan(...responses: readonly PlannedResponse[]): void
  /** Stops listening and breaks what is still open. */
  close(): Promise<void>
}

/** Starts a provider on a port of its own. */
export async function startProvider(options: ProviderOptions = {}): Promise<Provider> {
  const { thinkMs = 5, chunkDelayMs = 1, corpus } = options
  const counter = createCallCounter()
  const plan = createPlan(corpus)

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Taken on arrival, so that the order of planned responses is that of the calls.
    const planned = plan.next()
    counter.count(request, response)
    const received = await receive(request)
    counter.keep(received)
    await sendReply(response, respond(received, planned), { thinkMs, chunkDelayMs })
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    url: `http://127.0.0.1:${port}/v1`,
    calls: counter.calls,
    plan: (...responses) => plan.add(responses),
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => void server.close(() => resolve()))
    },
  }
}
