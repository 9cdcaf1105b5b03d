import assert from 'node:assert/strict'
import { type RetakeOptions, createRetake } from '@retake/core'
import { decode, type ReplayReport, type SessionData } from '@retake/format'
import { createTestAgent, type TestAgent } from './http-agent.ts'
import type { HttpApp, HttpRoute } from './http-app.ts'
import { type HttpAnswer, type HttpCall, sendRequest } from './http-client.ts'
import { createObservedStore, type ObservedStore } from './observed-store.ts'
import type { HttpAdapterOptions, ServeHttpApp } from './http-suite.ts'

/** What a behaviour wants of its server. */
interface OpenOptions extends Omit<HttpApp, 'routes'> {
  /** Routes besides those of the agent. */
  readonly routes?: readonly HttpRoute[]
  readonly adapter?: HttpAdapterOptions
  readonly retake?: Omit<RetakeOptions, 'store'>
  /** Shared with another server of the same test. */
  readonly store?: ObservedStore
}

/** A response, and the session that it tells of. */
export interface Run {
  readonly id: string
  readonly answer: HttpAnswer
  readonly data: SessionData
}

/** A running server with the adapter and the agent in it. */
export interface ServedAgent {
  readonly url: string
  readonly agent: TestAgent
  readonly store: ObservedStore
  readonly send: (call: HttpCall) => Promise<HttpAnswer>
  /** Sends a request, and waits until its session has ended. */
  readonly run: (call: HttpCall) => Promise<Run>
  /** Sends a request that replays another one, and waits until its session has ended. */
  readonly replay: (of: Run, call: HttpCall, parameters?: string) => Promise<Run>
}

export type OpenServer = (options?: OpenOptions) => Promise<ServedAgent>

/** One behaviour that all adapters share. */
export type HttpBehaviours = Readonly<Record<string, (open: OpenServer) => Promise<void>>>

/** An environment in which replays are allowed. */
export const REPLAY_ENABLED = { RETAKE_REPLAY_ENABLED: '1' }

/** Opens servers for one test, and closes them when it is over. */
export function createFixture(serve: ServeHttpApp): { open: OpenServer; close(): Promise<void> } {
  const closers: (() => Promise<void>)[] = []

  async function open(options: OpenOptions = {}): Promise<ServedAgent> {
    const { store = createObservedStore(), adapter = {}, mounts = 1 } = options
    const agent = createTestAgent()
    const retake = createRetake({
      environment: REPLAY_ENABLED,
      log: false,
      ...options.retake,
      store,
    })
    const app = { routes: [...agent.routes, ...(options.routes ?? [])], mounts }
    const { url, close } = await serve(app, retake, adapter)
    closers.push(() => {
      agent.release()
      return close()
    })
    return connect({ url, agent, store })
  }

  async function close(): Promise<void> {
    await Promise.all(closers.map((closeServer) => closeServer()))
  }

  return { open, close }
}

/** The id in a response's `X-Session-Id`. */
export function sessionIdOf({ headers }: Pick<HttpAnswer, 'headers'>): string {
  const { 'x-session-id': id } = headers
  assert.ok(typeof id === 'string', 'the response carries X-Session-Id')
  assert.match(id, /^[\w-]{8,128}$/)
  return id
}

/** The verdict in the report that is kept with a replay. */
export function reportedStatus({ end }: SessionData): unknown {
  return (end?.report as Record<string, unknown> | undefined)?.status
}

/** What the report that is kept with a replay says of its answer. */
export function reportedAnswer({ end }: SessionData): ReplayReport['answer'] {
  if (end?.report === undefined) return undefined
  return (decode(end.report) as Partial<ReplayReport>).answer
}

function connect({ url, agent, store }: Pick<ServedAgent, 'url' | 'agent' | 'store'>): ServedAgent {
  async function run(call: HttpCall): Promise<Run> {
    const answer = await sendRequest(url, call)
    const id = sessionIdOf(answer)
    return { id, answer, data: await store.ended(id) }
  }

  return {
    url,
    agent,
    store,
    send: (call) => sendRequest(url, call),
    run,
    replay: ({ id }, call, parameters = '') =>
      run({ ...call, headers: { ...call.headers, 'X-Replay': id + parameters } }),
  }
}
