import { call, createRetake, type RetakeOptions, type SessionData } from '@retake/core'
import {
  createObservedStore,
  type HttpAnswer,
  type HttpCall,
  type ObservedStore,
  sendRequest,
} from '@retake/testing'
import express, { type Express } from 'express'
import { onTestFinished } from 'vitest'
import { type ExpressOptions, retakeMiddleware } from '../middleware.ts'
import { serve } from './serve.ts'

/** A response, and the session that it tells of. */
interface Run {
  readonly id: string
  readonly answer: HttpAnswer
  readonly data: SessionData
}

/** A served app, and a model that its routes may ask. */
export interface Recorder {
  readonly url: string
  readonly store: ObservedStore
  /** How many times the model has run. */
  readonly runs: () => number
  /** Sends a request, and waits until its session has ended. */
  readonly run: (call: HttpCall) => Promise<Run>
  /** Sends a request that replays another one. */
  readonly replay: (of: Pick<Run, 'id'>, call: HttpCall, parameters?: string) => Promise<Run>
}

/** Asks the model: a recorded call, whose every run has another answer. */
export type Ask = (prompt: string) => Promise<string>

export interface RecorderOptions {
  readonly adapter?: ExpressOptions
  readonly retake?: Omit<RetakeOptions, 'store'>
  /** Mounts what is to stand in front of the middleware. */
  readonly before?: (app: Express) => void
}

/** Serves an app until the test is over. */
export async function record(
  build: (app: Express, ask: Ask) => void,
  { adapter = {}, retake, before }: RecorderOptions = {},
): Promise<Recorder> {
  const store = createObservedStore()
  const environment = { RETAKE_REPLAY_ENABLED: '1' }
  const instance = createRetake({ environment, log: false, keepEmpty: true, ...retake, store })
  const app = express().set('env', 'test')
  let runs = 0
  before?.(app)
  app.use(retakeMiddleware(instance, adapter))
  build(app, (prompt) =>
    call({ kind: 'llm', name: 'model', request: { prompt } }, async () => `${prompt}: ${++runs}`),
  )
  const { url, close } = await serve(app)
  onTestFinished(close)

  async function run(request: HttpCall): Promise<Run> {
    const answer = await sendRequest(url, request)
    const id = String(answer.headers['x-session-id'])
    return { id, answer, data: await store.ended(id) }
  }

  return {
    url,
    store,
    run,
    runs: () => runs,
    replay: ({ id }, request, parameters = '') =>
      run({ ...request, headers: { ...request.headers, 'X-Replay': id + parameters } }),
  }
}
