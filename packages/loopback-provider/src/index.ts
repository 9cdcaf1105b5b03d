export type { Calls, ReceivedRequest } from './calls.ts'
export {
  hasSharedCorpus,
  madeCorpus,
  payloadsOf,
  readCorpusStream,
  sharedCorpus,
  type CorpusFile,
  type RecordedStream,
} from './corpus/corpus.ts'
export type { PlannedResponse, RecordedResponse, SentResponse } from './plan.ts'
export { startProvider, type Provider, type ProviderOptions } from './provider.ts'
