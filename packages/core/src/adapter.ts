export {
  newId,
  objectFormOf,
  registerErrorReviver,
  storedCopy,
  type ErrorReviver,
  type ObjectForm,
  type StoredCopy,
} from '@retake/format'
export type { EmissionOptions, Emissions } from './emissions/emissions.ts'
export { noteLostEmission } from './emissions/lost-emission.ts'
export { openEmissions } from './emissions/open-emissions.ts'
export { openReadStates, type ReadStates } from './emissions/read-states.ts'
export { seededRandom } from './effects.ts'
export { isThisMachine } from './fence/fence.ts'
export { isModelTraffic } from './fence/model-traffic.ts'
export {
  watchOutgoing,
  type Answered,
  type FieldOf,
  type Outgoing,
  type RequestHead,
} from './fence/outgoing.ts'
export { matchRequests, type RequestPattern, type RequestTarget } from './fence/request-pattern.ts'
export { addFenceRule, type FenceRule, type FenceVerdict } from './fence/rules.ts'
export { isTelemetryExport } from './fence/telemetry-exporters.ts'
export { formatReplayHeader, type HeaderValue } from './replay/replay-request.ts'
export { macrotask } from './runtime/clock.ts'
export type { CallCodec, Note } from './session/call-codec.ts'
export { enterScope, registerAttachment, type Attachment } from './session/enter-scope.ts'
export { failSession } from './session/lifecycle.ts'
export type { RunningSession, Scope } from './session/running-session.ts'
export { currentScope, runInScope } from './session/scope.ts'
export type { OverReason } from './session/session-state.ts'
export { inSpan, openSpan, type Span, type SpanOptions } from './session/span.ts'
