export { openReplayRun, openRun, type ReplayRun } from './host/open-run.ts'
export { runReplay, runSession, type SessionBody } from './host/run-session.ts'
export { replayOfOthers } from './replay/replay-of-others.ts'
export {
  parseReplayHeader,
  singleValue,
  type Parsed,
  type ReplayRequest,
} from './replay/replay-request.ts'
export { refuseUnknown, type OptionNames } from './runtime/known-options.ts'
export { nodeCrypto } from './runtime/node-crypto.ts'
export { append } from './session/append.ts'
export type { Config } from './session/config.ts'
export { guarded } from './session/guard.ts'
export { isHop, nextHop } from './session/hop.ts'
export { finishSession, retain, whenSettled } from './session/lifecycle.ts'
export { sessionHandle } from './session/session-handle.ts'
export {
  sessionScopeOf,
  stateOf,
  type SessionScope,
  type SessionState,
} from './session/session-state.ts'
