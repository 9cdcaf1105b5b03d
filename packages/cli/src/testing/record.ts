import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  call,
  createRetake,
  type RetakeOptions,
  type Session,
  type SessionData,
  type SessionOptions,
} from '@retake/core'
import { writeCassetteFile, type WriteCassetteOptions } from '@retake/core/stores/cassette-files'
import { createDirectoryStore } from '@retake/core/stores/directory'
import { onTestFinished } from 'vitest'

/** A folder for one test, gone when the test is over. */
export function createFolder(): string {
  // Where the folder for temporary files is a link, a process names its own folder by what it links to.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'retake-cli-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export interface RecordOptions {
  /** What the session is. */
  readonly session?: SessionOptions
  /** How it is captured. */
  readonly retake?: RetakeOptions
  /** What runs in it; by default `askTwice`. */
  readonly run?: (session: Session) => Promise<unknown>
}

/** Records a session below `<folder>/.retake`, and gives its id. */
export async function recordSession(
  folder: string,
  {
    session: options = { name: 'grade', agent: 'grader' },
    retake,
    run = askTwice,
  }: RecordOptions = {},
): Promise<string> {
  const instance = createRetake({
    store: createDirectoryStore({ directory: join(folder, '.retake') }),
    environment: {},
    log: false,
    ...retake,
  })
  const { id, settled } = await instance.session(options, async (session) => {
    await run(session)
    return { id: session.id, settled: () => session.settled }
  })
  await settled()
  return id
}

/** What a session below `<folder>/.retake` holds. */
export async function loadSession(folder: string, id: string): Promise<SessionData> {
  const data = await createDirectoryStore({ directory: join(folder, '.retake') }).load(id)
  if (data === undefined) throw new Error(`There is no session ${id} in ${folder}.`)
  return data
}

/** Records a session, and commits it as a cassette at `path`. */
export async function recordCassette(
  path: string,
  { write, ...options }: RecordOptions & { readonly write?: WriteCassetteOptions } = {},
): Promise<void> {
  const folder = createFolder()
  const data = await loadSession(folder, await recordSession(folder, options))
  mkdirSync(dirname(path), { recursive: true })
  writeCassetteFile(path, data, write)
}

/** A model that decides on a tool, and the tool. */
export async function askTwice(): Promise<void> {
  await ask('Grade this essay.', 'Grade 4.')
  await call({ kind: 'tool', name: 'save', request: { grade: 4 } }, async () => ({ saved: true }))
}

/** Asks a model that is not there. */
export function ask(question: string, answer: string): Promise<unknown> {
  const request = { messages: [{ role: 'user', content: question }] }
  const options = { kind: 'llm', name: 'openai/gpt-5-mini', op: 'generate', request } as const
  return call(options, async () => ({ text: answer }))
}
