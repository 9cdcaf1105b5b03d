export type { Calls, ReceivedRequest } from './calls.ts'
export type { PlannedResponse, RecordedResponse } from './plan.ts'
export { startProvider, type Provider, type ProviderOptions } from './provider.ts'
