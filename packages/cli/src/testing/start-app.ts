import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished, vi } from 'vitest'
import { loadSession } from './record.ts'

/** What of the app is another one, and where it keeps its sessions. */
export interface AppOptions {
  /** The working folder: sessions are kept below it, in `.retake`. */
  readonly cwd: string
  /** @default true */
  readonly replays?: boolean
  readonly prompt?: string
  readonly tool?: string
  /** Name of the answer's field. */
  readonly shape?: string
  /** @default one that is free */
  readonly port?: string
}

/** The app of `app.ts`, in a process of its own. */
export interface RunningApp {
  readonly url: string
  /** Sends a request, waits until its session has ended, and gives its id and the answer. */
  readonly send: (
    path: string,
    body: unknown,
  ) => Promise<{ readonly id: string; readonly text: string }>
  readonly stop: () => Promise<void>
}

const APP = join(import.meta.dirname, 'app.ts')

/** Starts the app, and waits until it listens. It is stopped when the test is over. */
export async function startApp({
  cwd,
  replays = true,
  prompt,
  tool,
  shape,
  port,
}: AppOptions): Promise<RunningApp> {
  const child = spawn(process.execPath, ['--conditions=@retake/source', APP], {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      ...(replays && { RETAKE_REPLAY_ENABLED: '1' }),
      ...(prompt !== undefined && { APP_PROMPT: prompt }),
      ...(tool !== undefined && { APP_TOOL: tool }),
      ...(shape !== undefined && { APP_SHAPE: shape }),
      ...(port !== undefined && { APP_PORT: port }),
    },
  })
  onTestFinished(() => stop(child))
  const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  return {
    url,
    stop: () => stop(child),
    async send(path, body) {
      const response = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      const id = response.headers.get('x-session-id') ?? ''
      const text = await response.text()
      // Written a moment after the answer.
      await vi.waitUntil(async () => (await loadSession(cwd, id)).end, { timeout: 60_000 })
      return { id, text }
    },
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill()
  await ended
}
