import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { AMAZON_BEDROCK } from './amazon-bedrock.ts'
import { ANTHROPIC } from './anthropic.ts'
import { CHAT_COMPLETIONS } from './chat-completions.ts'
import { COHERE } from './cohere.ts'
import { GOOGLE } from './google.ts'
import { RESPONSES } from './responses.ts'
import { SERVICES } from './services.ts'

// Recorded answers of real providers, beside the repository.
const SHARED = join(import.meta.dirname, '../../../../../shared/corpus/provider-responses')

/** Whether recorded answers of real providers lie beside the repository. What needs them is skipped elsewhere. */
export const hasSharedCorpus: boolean = existsSync(SHARED)

/** One answer of a provider. */
export interface CorpusFile {
  /** Such as `openai/src/responses/__fixtures__/openai-phase.1.json`, or `openai/src/responses/made/made-openai-shell.json`. */
  readonly path: string
  /** Which package reads it, such as `openai/src/responses`. */
  readonly reader: string
  readonly name: string
  readonly isStream: boolean
  /** Its body, or the payloads of its events, one in each line. */
  read(): string
}

/** What a provider streams, as an answer to be given again. */
export interface RecordedStream {
  readonly type: 'recorded'
  /** The payloads of its server-sent events. */
  readonly events: readonly string[]
}

/** Answers made up in the wire format of each provider, with every kind of event that it sends. */
export const madeCorpus: readonly CorpusFile[] = [
  ...CHAT_COMPLETIONS,
  ...RESPONSES,
  ...ANTHROPIC,
  ...GOOGLE,
  ...COHERE,
  ...AMAZON_BEDROCK,
  ...SERVICES,
].map(({ path, text }) => toFile(path, () => text))

/** Recorded answers of real providers; none where they do not lie beside the repository. */
export const sharedCorpus: readonly CorpusFile[] = hasSharedCorpus
  ? globSync('**/*.{chunks.txt,json}', { cwd: SHARED })
      .toSorted()
      .map((path) => toFile(path, () => readFileSync(join(SHARED, path), 'utf8')))
  : []

/**
 * The stream of a file of either corpus.
 *
 * @throws {Error} when neither has one.
 */
export function readCorpusStream(path: string): readonly RecordedStream[] {
  const file = [...madeCorpus, ...sharedCorpus].find((one) => one.path === path)
  if (file === undefined) throw new Error(`There is no ${path} in the corpus.`)
  return [{ type: 'recorded', events: payloadsOf(file) }]
}

/** The payloads of a stream, one for each event. */
export function payloadsOf(file: CorpusFile): readonly string[] {
  return file
    .read()
    .split('\n')
    .filter((line) => line.trim() !== '')
}

function toFile(path: string, read: () => string): CorpusFile {
  return {
    path,
    reader: dirname(dirname(path)),
    name: basename(path),
    isStream: path.endsWith('.chunks.txt'),
    read,
  }
}
