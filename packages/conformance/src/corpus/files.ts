import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { CORPUS } from '@retake/loopback-provider'

/** One answer of a real provider. */
export interface CorpusFile {
  /** Below the folder of the corpus, such as `openai/src/responses/__fixtures__/openai-phase.1.json`. */
  readonly path: string
  /** Which package reads it, such as `openai/src/responses`. */
  readonly reader: string
  readonly name: string
  readonly isStream: boolean
}

/** All answers of the corpus; none where it does not lie beside the repository, which is said aloud. */
export function corpusFiles(): readonly CorpusFile[] {
  if (!existsSync(CORPUS)) {
    process.stderr.write(`There is no ${CORPUS}: nothing of the corpus is tried.\n`)
    return []
  }
  return globSync('**/*.{chunks.txt,json}', { cwd: CORPUS }).toSorted().map(toFile)
}

function toFile(path: string): CorpusFile {
  return {
    path,
    reader: dirname(dirname(path)),
    name: basename(path),
    isStream: path.endsWith('.chunks.txt'),
  }
}

/** The payloads of a stream, one for each event. */
export function readPayloads({ path }: CorpusFile): readonly string[] {
  return readText(path)
    .split('\n')
    .filter((line) => line.trim() !== '')
}

/** The body of an answer that is no stream. */
export function readBody({ path }: CorpusFile): unknown {
  return JSON.parse(readText(path))
}

function readText(path: string): string {
  return readFileSync(join(CORPUS, path), 'utf8')
}
