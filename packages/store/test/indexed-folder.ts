import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, expect, vi } from 'vitest'
import { newId, type SessionSummary } from '@retake/format'
import type { ListOptions, Store } from '../src/store.ts'
import { createDirectoryStore } from '../src/directory/directory.ts'
import { endRecord, eventRecord, sessionRecord } from '@retake/format/records'
import { writeSession } from '../src/write-session.ts'

const fs = process.getBuiltinModule('node:fs')
const root = mkdtempSync(join(tmpdir(), 'retake-index-'))

/** Name of an index. */
export const INDEX = '.index.v2.jsonl'
/** Sessions of a folder: enough for an index. */
export const MANY = 150
/** Lists all sessions. */
export const EVERY: ListOptions = { limit: Number.POSITIVE_INFINITY }
/** Looks at all sessions, and finds none. */
export const NOWHERE: ListOptions = { text: 'is nowhere in them' }

afterAll(() => rmSync(root, { recursive: true }))

export interface Folder {
  readonly directory: string
  readonly index: string
  readonly store: Store
  /** From the newest to the oldest. */
  readonly ids: readonly string[]
  readonly fileOf: (id: string) => string
}

/** A folder of ended sessions, none of which has been listed. */
export function setUp(count: number = MANY): Folder {
  const directory = join(mkdtempSync(join(root, 'store-')), '.retake')
  const store = createDirectoryStore({ directory })
  const ids = Array.from({ length: count }, (_, index) => newId(Date.UTC(2026, 0, 1) + index))
  for (const [index, id] of ids.entries()) {
    const session = sessionRecord({ id, name: `session ${index} é😀` })
    writeSession(store, session, eventRecord(1, { request: `prompt ${index}` }), endRecord())
  }
  mkdirSync(directory, { recursive: true })
  const fileOf = (id: string) => join(directory, `${id}.jsonl`)
  return { directory, index: join(directory, INDEX), store, ids: ids.toReversed(), fileOf }
}

/** The same, listed once. */
export async function setUpIndexed(count: number = MANY): Promise<Folder> {
  const folder = setUp(count)
  await folder.store.list(EVERY)
  expect(existsSync(folder.index)).toBe(true)
  return folder
}

/** What a list reads of journals, by name. */
export async function readsOf(list: () => Promise<unknown>): Promise<readonly string[]> {
  const read: string[] = []
  const { openSync, readFileSync } = fs
  const note = (path: unknown) => {
    const name = basename(String(path))
    if (!name.startsWith('.')) read.push(name)
  }
  vi.spyOn(fs, 'openSync').mockImplementation((path, ...others) => {
    note(path)
    return openSync(path, ...others)
  })
  vi.spyOn(fs, 'readFileSync').mockImplementation(((path: string, options?: 'utf8') => {
    note(path)
    return options ? readFileSync(path, options) : readFileSync(path)
  }) as typeof readFileSync)
  await list()
  vi.restoreAllMocks()
  return read
}

/** What is listed where there is no index, which is what there is. */
export async function truth({ directory }: Folder): Promise<readonly SessionSummary[]> {
  const copy = mkdtempSync(join(root, 'truth-'))
  for (const name of readdirSync(directory)) {
    if (!name.startsWith('.')) copyFileSync(join(directory, name), join(copy, name))
  }
  return createDirectoryStore({ directory: copy }).list(EVERY)
}

/** Lines of a file. */
export function linesOf(file: string): readonly string[] {
  return readFileSync(file, 'utf8').split('\n')
}

/** Writes an index with one session as `change` makes it. */
export function withLine(
  { index }: Folder,
  id: string,
  change: (line: unknown[]) => unknown,
): void {
  const lines = linesOf(index).map((line) =>
    line.startsWith(`["${id}"`) ? toAscii(change(JSON.parse(line) as unknown[])) : line,
  )
  writeFileSync(index, lines.join('\n'))
}

function toAscii(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[^ -~]/g,
    (character) => String.raw`\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
