export { openReplayRun, openRun, type ReplayRun } from './host/open-run.ts'
export { runReplay, runSession, type SessionBody } from './host/run-session.ts'
export { replayOfOthers } from './replay/replay-of-others.ts'
export {
  formatReplayHeader,
  parseReplayHeader,
  singleValue,
  type HeaderValue,
  type Parsed,
  type ReplayRequest,
} from './replay/replay-request.ts'
export { macrotask } from './runtime/clock.ts'
export { nodeCrypto } from './runtime/node-crypto.ts'
export { append } from './session/append.ts'
export type { Config } from './session/config.ts'
export { enterScope } from './session/enter-scope.ts'
export { guarded } from './session/guard.ts'
export { isHop, nextHop } from './session/hop.ts'
export { finishSession, retain, whenSettled } from './session/lifecycle.ts'
export type { ReplayOptions } from './session/replay-options.ts'
export type { RunningSession, Scope } from './session/running-session.ts'
export { currentScope, runInScope } from './session/scope.ts'
export { sessionHandle } from './session/session-handle.ts'
export type { SessionOptions } from './session/session-options.ts'
export {
  sessionScopeOf,
  stateOf,
  type OverReason,
  type SessionScope,
  type SessionState,
} from './session/session-state.ts'
export type { Session } from './session/session.ts'
export { inSpan } from './session/span.ts'
