export { registerAttachment, enterScope, type Attachment } from './session/enter-scope.ts'
export { currentScope, runInScope } from './session/scope.ts'
export type { OverReason, Scope } from './session/session-state.ts'
export { formatReplayHeader, type HeaderValue } from './replay/replay-request.ts'
