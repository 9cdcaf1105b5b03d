import { type CorpusFile, madeCorpus, sharedCorpus } from '@retake/loopback-provider'

/** All answers there are: those that were made up, and those that were recorded. */
export const CORPUS: readonly CorpusFile[] = [...madeCorpus, ...sharedCorpus]

/** The body of an answer that is no stream. */
export function readBody(file: CorpusFile): unknown {
  return JSON.parse(file.read())
}
