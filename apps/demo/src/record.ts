import assert from 'node:assert/strict'
import { ask, type Answer } from './ask.ts'
import type { DemoServer, ServerName, Stage } from './stage.ts'

/** A request as it was recorded. */
export interface Recording {
  readonly server: DemoServer
  readonly session: string
  readonly answer: Answer
}

export type Recordings = Readonly<Record<ServerName, Recording>>

/** Sends the request to each server once. That is all it takes to have it recorded. */
export async function recordAll(stage: Stage): Promise<Recordings> {
  const { express, hono, langchain } = stage.servers
  return {
    express: await record(stage, express),
    hono: await record(stage, hono),
    langchain: await record(stage, langchain),
  }
}

async function record(stage: Stage, server: DemoServer): Promise<Recording> {
  const answer = await ask(stage, server)
  const session = answer.header('x-session-id')
  const { status, modelCalls, toolRuns } = answer
  assert.equal(status, 200, `${server.name} answered ${status}.`)
  assert(session, `${server.name} named no session.`)
  assert(modelCalls >= 2, `${server.name} called the model ${modelCalls} times.`)
  assert(toolRuns >= 2, `${server.name} ran ${toolRuns} tools.`)
  return { server, session, answer }
}
