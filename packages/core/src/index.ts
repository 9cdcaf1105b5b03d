export { registerAttachment, type Attachment } from './session/enter-scope.ts'
export { scope, type BranchOptions } from './session/named-scope.ts'
export { macrotask } from './runtime/clock.ts'
export type { CallOptions, CallSummary, Streamed } from './session/call.ts'
export type { CallCodec, Note } from './session/call-codec.ts'
export type { CaptureField } from '@retake/redact'
export type { RetakeOptions } from './resolve-config.ts'
export type { EndedSession, MadeCall, PricedCall, SessionOutline } from './session/config.ts'
export { registerErrorReviver, type ErrorReviver } from '@retake/format'
export { effect, now, random, seededRandom, sleep, uuid } from './effects.ts'
export {
  isRetakeError,
  ReplayDisabledError,
  ReplayError,
  ReplayEscapeError,
  ReplayForbiddenError,
  ReplayInvalidSessionError,
  ReplayLeftoverError,
  ReplayMissError,
  ReplayNoSnapshotsError,
  ReplaySessionExpiredError,
  ReplaySessionNotFoundError,
  RetakeError,
  type ErrorData,
  type RetakeErrorCode,
} from '@retake/format'
export type {
  CaptureLevel,
  CompletionRecord,
  Encoded,
  EndRecord,
  EndState,
  EventKind,
  EventRecord,
  EventState,
  InboundRequest,
  JournalRecord,
  OutboundResponse,
  Outcome,
  SessionData,
  SessionRecord,
  StreamEnd,
  StreamOutcome,
  Totals,
  UpdateRecord,
  Usage,
  VirtualRecord,
} from '@retake/format'
export { EVENT_KINDS, NOTED_KINDS, SPAN_KINDS } from '@retake/format'
export { childEnvironment } from './child-environment.ts'
export type { Environment } from '@retake/redact'
export type { MatchMode, MissPolicy } from './session/replay-options.ts'
export { newId } from '@retake/format'
export type { RedactOptions } from '@retake/redact'
export type { LeftoverPolicy, ReplayOptions, Timing } from './session/replay-options.ts'
export type { ToolPolicy } from './session/call.ts'
export type {
  NearestRecording,
  ReplayReport,
  ReportedCall,
  ReportedDrift,
  ReportedMiss,
} from '@retake/format'
export { createRetake, currentSession, defaultRetake, recorded, type Retake } from './retake.ts'
export { currentScope, runInScope } from './session/scope.ts'
export type { Scope } from './session/session-state.ts'
export { call, stream } from './seam/seam.ts'
export type { Decision, Session } from './session/session.ts'
export { failSession } from './session/lifecycle.ts'
export type { SessionOptions } from './session/session-options.ts'
export { inSpan, openSpan, type Span, type SpanOptions } from './session/span.ts'
export { sumTokens } from '@retake/format'
export type { Stats } from './session/stats.ts'
export type {
  ListOptions,
  LogRecord,
  SessionFilter,
  SessionLog,
  SessionSummary,
  Store,
} from '@retake/store'
export type { VirtualKind } from '@retake/format'
export { shelve, type ShelvedSession } from './replay/sessions-at-hand.ts'
export { differenceLines } from '@retake/format'
export { differences, similarity, type Difference } from '@retake/format'
export { formatReport } from '@retake/format'
