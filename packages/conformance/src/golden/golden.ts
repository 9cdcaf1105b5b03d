import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { SessionData } from '@retake/core'
import { readCassetteFile } from '@retake/core/stores/cassette-files'
import { createDirectoryStore } from '@retake/core/stores/directory'
import type { Program } from '../program.ts'

/** The folder that holds a folder for each version of the format, never to be written again. */
export const GOLDEN: string = join(import.meta.dirname, '../../golden/cassettes')

/** What a version of the format recorded once. */
export interface Golden {
  /** Such as `v1/3`. */
  readonly name: string
  readonly version: number
  readonly program: Program
  /** All that the program saw when it was recorded, in order. */
  readonly seen: readonly string[]
  /** The same session, from a committed cassette and from a journal. */
  readonly sources: readonly SessionData[]
}

/** Describes a recorded program, in a file beside its cassette. */
export interface GoldenFile extends Pick<Golden, 'program' | 'seen'> {
  /** Names the journal. */
  readonly id: string
}

/** Everything that any version has recorded. */
export async function readGolden(): Promise<readonly Golden[]> {
  const files = globSync('v*/*.golden.json', { cwd: GOLDEN }).toSorted()
  return Promise.all(files.map(readOne))
}

async function readOne(file: string): Promise<Golden> {
  const directory = join(GOLDEN, dirname(file))
  const name = basename(file, '.golden.json')
  const { id, program, seen } = JSON.parse(readFileSync(join(GOLDEN, file), 'utf8')) as GoldenFile
  const journal = await createDirectoryStore({ directory }).load(id)
  if (journal === undefined) throw new Error(`${directory} has no journal ${id}.`)
  return {
    name: join(dirname(file), name),
    version: Number(dirname(file).slice(1)),
    program,
    seen,
    sources: [readCassetteFile(join(directory, `${name}.cassette.json`)), journal],
  }
}
