import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

// Where Node keeps what it has compiled, if it does.
const { NODE_COMPILE_CACHE } = process.env
const COMPILED = NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }

/** Where an example runs, and which provider it calls. */
interface Surroundings {
  readonly folder: string
  readonly providerUrl: string
}

/** How a program came to its end. */
export interface Ended {
  readonly code: number | null
  readonly errors: string
}

/** Runs the file of an example to its end. */
export async function runToEnd(file: string, options: Surroundings): Promise<Ended> {
  const child = start(file, options)
  const [errors, [code]] = await Promise.all([text(child.stderr!), once(child, 'exit')])
  return { code: code as number | null, errors }
}

/** Runs the file of an example by vitest. */
export async function runTests(
  file: string,
  { folder, providerUrl }: Surroundings,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  writeFileSync(join(folder, 'vitest.config.mjs'), CONFIG)
  const vitest = join(
    dirname(fileURLToPath(import.meta.resolve('vitest/package.json'))),
    'vitest.mjs',
  )
  const child = spawn(process.execPath, [vitest, 'run', '--root', folder], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      ...COMPILED,
      NODE_OPTIONS: '--conditions=@retake/source --no-warnings',
      OPENAI_BASE_URL: providerUrl,
      OPENAI_API_KEY: 'none',
      TEST_FILE: file,
      ...env,
    },
  })
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  return { code: code as number | null, errors: output + errors }
}

const CONFIG = `const conditions = ['@retake/source', 'node', 'development|production']
export default {
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: { include: [process.env.TEST_FILE] },
}`

/** A server that an example starts. */
export interface RunningServer {
  readonly url: string
  stop(): Promise<void>
}

/** Starts an example that serves on the port given to it as `PORT`, and waits until it does. */
export async function runServer(
  file: string,
  { port, ...options }: Surroundings & { readonly port: number },
): Promise<RunningServer> {
  const child = start(file, options)
  const url = `http://127.0.0.1:${port}`
  await answers(url, child)
  return {
    url,
    async stop() {
      const ended = once(child, 'exit')
      child.kill()
      await ended
    },
  }
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

function start(file: string, { folder, providerUrl }: Surroundings): ChildProcess {
  return spawn(process.execPath, ['--conditions=@retake/source', '--no-warnings', file], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env.PATH,
      ...COMPILED,
      RETAKE_REPLAY_ENABLED: '1',
      OPENAI_BASE_URL: providerUrl,
      OPENAI_API_KEY: 'none',
    },
  })
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const response = await fetch(url).catch(() => undefined)
    if (response) return
    await setTimeout(20)
  }
  throw new Error(`The example ended before it served: ${await text(child.stderr!)}`)
}
