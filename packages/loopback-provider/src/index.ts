export type { Calls, ReceivedRequest } from './calls.ts'
export { CORPUS, readCorpusStream, type RecordedStream } from './corpus.ts'
export type { PlannedResponse, RecordedResponse, SentResponse } from './plan.ts'
export { startProvider, type Provider, type ProviderOptions } from './provider.ts'
