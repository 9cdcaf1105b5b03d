export { registerAttachment, type Attachment } from './attachments.ts'
export { scope, type BranchOptions } from './branch.ts'
export type { CallOptions, CallSummary, Streamed } from './call.ts'
export type { CaptureField } from './capture.ts'
export type { EndedSession, PricedCall, RetakeOptions, SessionOutline } from './config.ts'
export { registerErrorReviver, type ErrorReviver } from './codec.ts'
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
} from './errors.ts'
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
  Outcome,
  SessionData,
  SessionRecord,
  StreamEnd,
  StreamOutcome,
  Totals,
  UpdateRecord,
  Usage,
} from './event.ts'
export type { Environment } from './gate.ts'
export type { MatchMode, MissPolicy } from './headers.ts'
export type { RedactOptions } from './redact.ts'
export type { LeftoverPolicy, ReplayOptions, Timing, ToolPolicy } from './replay-state.ts'
export type { ReplayReport, ReportedCall, ReportedDrift } from './report.ts'
export { createRetake, currentSession, defaultRetake, recorded, type Retake } from './retake.ts'
export { currentScope, runInScope, type Scope } from './scope.ts'
export { call, stream } from './seam.ts'
export type { Decision, Session } from './session-handle.ts'
export { failSession, type SessionOptions } from './session.ts'
export { inSpan, openSpan, type Span, type SpanOptions } from './span.ts'
export type { Stats } from './stats.ts'
export type { ListOptions, LogRecord, SessionLog, SessionSummary, Store } from './store.ts'
export type { Difference } from './similarity.ts'
