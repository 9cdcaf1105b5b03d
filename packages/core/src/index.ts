export { childEnvironment } from './child-environment.ts'
export { effect, now, random, sleep, uuid } from './effects.ts'
export type { FenceOptions } from './fence/resolve-fence.ts'
export type { RequestPattern, RequestTarget } from './fence/request-pattern.ts'
export { shelve, type ShelvedSession } from './replay/sessions-at-hand.ts'
export type { RetakeOptions } from './resolve-config.ts'
export { createRetake, currentSession, defaultRetake, recorded, type Retake } from './retake.ts'
export { call, stream } from './seam/seam.ts'
export type { CallOptions, CallSummary, Streamed, ToolPolicy } from './session/call.ts'
export type {
  EndedSession,
  LateCall,
  MadeCall,
  PricedCall,
  SessionOutline,
} from './session/config.ts'
export { detached } from './session/detached.ts'
export { scope, type BranchOptions } from './session/named-scope.ts'
export type {
  LeftoverPolicy,
  MatchMode,
  MissPolicy,
  ReplayOptions,
  Timing,
} from './session/replay-options.ts'
export type { SessionOptions } from './session/session-options.ts'
export type { Decision, Session } from './session/session.ts'
export type { Stats } from './session/stats.ts'
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
  Difference,
  Encoded,
  EndRecord,
  EndState,
  EventKind,
  EventRecord,
  EventState,
  InboundRequest,
  JournalRecord,
  NearestRecording,
  OutboundResponse,
  Outcome,
  ReplayReport,
  ReportedCall,
  ReportedDrift,
  ReportedOvertaking,
  ReportedMiss,
  SessionData,
  SessionRecord,
  StreamEnd,
  StreamOutcome,
  Totals,
  UpdateRecord,
  Usage,
  VirtualKind,
  VirtualRecord,
} from '@retake/format'
export type { CaptureField, Environment, RedactOptions } from '@retake/redact'
export type {
  ListOptions,
  LogRecord,
  SessionFilter,
  SessionLog,
  SessionSummary,
  Store,
} from '@retake/store'
