import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import { createRetake } from '@retake/core'
import { createDirectoryStore } from '@retake/core/stores/directory'
import { createExpressApp } from './express-app.ts'
import { createHonoApp } from './hono-app.ts'
import { createLangChainApp } from './langchain-app.ts'
import { startModel, type DemoModel } from './model.ts'

/** All that the demo needs running. */
export interface Stage {
  readonly model: DemoModel
  readonly servers: Readonly<Record<ServerName, DemoServer>>
  /** Where sessions are kept while the demo runs. */
  readonly directory: string
  /** What Retake has logged: reports of replays that did not go quite as recorded. */
  readonly log: readonly string[]
  close(): Promise<void>
}

export type ServerName = 'express' | 'hono' | 'langchain'

export interface DemoServer {
  readonly name: string
  readonly url: string
}

export async function startStage(): Promise<Stage> {
  const model = await startModel()
  const directory = await mkdtemp(join(tmpdir(), 'retake-demo-'))
  const log: string[] = []
  const retake = createRetake({
    store: createDirectoryStore({ directory }),
    log: (text) => void log.push(text),
  })
  const hostname = '127.0.0.1'
  const express = createExpressApp(model.language, retake).listen(0, hostname)
  const { fetch } = createHonoApp(model.language, retake)
  const hono = serve({ fetch, port: 0, hostname }) as Server
  const langchain = createLangChainApp(model.chat, retake).listen(0, hostname)

  return {
    model,
    servers: {
      express: await toDemoServer('Express', express),
      hono: await toDemoServer('Hono', hono),
      langchain: await toDemoServer('LangChain', langchain),
    },
    directory,
    log,
    async close() {
      await Promise.all([...[express, hono, langchain].map(closeServer), model.stop()])
      await rm(directory, { recursive: true })
    },
  }
}

async function toDemoServer(name: string, server: Server): Promise<DemoServer> {
  if (!server.listening) await once(server, 'listening')
  return { name, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

function closeServer(server: Server): Promise<unknown> {
  server.closeAllConnections()
  return new Promise((resolve) => void server.close(resolve))
}
