import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The folder of recorded answers of real providers, beside the repository. It may not be there. */
export const CORPUS: string = join(
  import.meta.dirname,
  '../../../../shared/corpus/provider-responses',
)

/** What a real provider streamed, as an answer to be given again. */
export interface RecordedStream {
  readonly type: 'recorded'
  /** The payloads of its server-sent events. */
  readonly events: readonly string[]
}

/** The recorded stream of a file of the corpus, or none where the corpus does not lie beside the repository. */
export function readCorpusStream(file: string): readonly RecordedStream[] {
  const path = join(CORPUS, file)
  if (!existsSync(path)) {
    process.stderr.write(`There is no ${path}: a made-up answer takes its place.\n`)
    return []
  }
  const lines = readFileSync(path, 'utf8').split('\n')
  return [{ type: 'recorded', events: lines.filter((line) => line.trim() !== '') }]
}
