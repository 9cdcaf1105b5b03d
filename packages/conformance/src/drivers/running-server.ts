import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A database that runs for a test, on a loopback port of its own. */
export interface RunningServer {
  readonly port: number
  /** Ends the process, and removes its folder. A second call does nothing. */
  readonly stop: () => Promise<void>
}

/** Starts the process of a server, in a folder that is there for it alone. */
export type StartProcess = (directory: string, port: number) => ChildProcess

const ATTEMPTS = 5

/**
 * Starts a server, and waits until it has printed `ready`.
 *
 * @throws what the server has printed, when it ends before.
 */
export async function startServer(start: StartProcess, ready: string): Promise<RunningServer> {
  const directory = mkdtempSync(join(tmpdir(), 'retake-server-'))
  try {
    return await startOnFreePort(start, { ready, directory, attempts: ATTEMPTS })
  } catch (error) {
    rmSync(directory, { recursive: true })
    throw error
  }
}

interface Start {
  readonly ready: string
  readonly directory: string
  readonly attempts: number
}

async function startOnFreePort(start: StartProcess, how: Start): Promise<RunningServer> {
  const port = await findFreePort()
  const server = start(how.directory, port)
  try {
    await untilPrinted(server, how.ready)
  } catch (error) {
    // Another process may have taken the port meanwhile.
    if (how.attempts > 1) return startOnFreePort(start, { ...how, attempts: how.attempts - 1 })
    throw error
  }
  return { port, stop: stopper(server, how.directory) }
}

/** PostgreSQL does not wait for its clients when it is interrupted, and Redis saves nothing. */
function stopper(server: ChildProcess, directory: string): () => Promise<void> {
  const interrupt = () => void server.kill('SIGINT')
  process.once('exit', interrupt)
  const exited = once(server, 'exit')
  return async () => {
    process.off('exit', interrupt)
    interrupt()
    await exited
    rmSync(directory, { recursive: true, force: true })
  }
}

async function untilPrinted(server: ChildProcess, ready: string): Promise<void> {
  let printed = ''
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer) => {
      printed += chunk.toString()
      if (printed.includes(ready)) resolve()
    }
    server.stdout?.on('data', read)
    server.stderr?.on('data', read)
    server.once('error', reject)
    server.once('exit', () => reject(new Error(`The server has ended: ${printed}`)))
  })
}

async function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
