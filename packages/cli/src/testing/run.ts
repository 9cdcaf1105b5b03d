import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

/** The built program. */
export const MAIN: string = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

// Where Node keeps what it has compiled, if it does.
const { NODE_COMPILE_CACHE } = process.env
const COMPILED = NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }

export interface RunOptions {
  /** Folder in which it runs. */
  readonly cwd: string
  /** Added to an environment that has a `PATH` only. */
  readonly env?: Readonly<Record<string, string>>
  /** What it reads from standard input, which is no terminal. */
  readonly input?: string
}

/** What a run of `retake` printed, and its exit code. */
export interface Run {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the built `retake` as a process of its own. */
export async function runRetake(
  args: readonly string[],
  { cwd, env = {}, input = '' }: RunOptions,
): Promise<Run> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    env: { PATH: process.env.PATH, ...COMPILED, ...env },
  })
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve)
  })
  // Whoever does not read its input may be gone before all of it is written.
  child.stdin.on('error', () => {}).end(input)
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), closed])
  return { code, stdout, stderr }
}

/** Runs the built `retake` with `--json`, and reads what it prints. */
export async function runJson(
  args: readonly string[],
  options: RunOptions,
): Promise<Run & { readonly json: unknown }> {
  const run = await runRetake([...args, '--json'], options)
  return { ...run, json: JSON.parse(run.stdout) as unknown }
}
