export { enterScope } from './session/enter-scope.ts'
export { isFormType, isJsonType, isTextType, parseBodyText } from './http/body-type.ts'
export type { Answer, Exchange } from './http/exchange.ts'
export { openExchange, type Opening } from './http/open-exchange.ts'
export type { HttpOptions } from './http/http-options.ts'
export { exposeHeaders, HEADER } from './http/headers.ts'
export { formatReplayHeader, type HeaderValue } from './replay/replay-request.ts'
export {
  decodeText,
  MAX_BODY_BYTES,
  whyUnreadable,
  type HttpRequest,
} from './http/stored-request.ts'
export {
  resolveMiddlewareArguments,
  type MiddlewareArguments,
} from './http/middleware-arguments.ts'
export { collectAnswer, recordAnswer } from './http/node-response.ts'
export type { SentAnswer } from './http/stored-response.ts'
export { outboundHeaders } from './http/join-headers.ts'
export type { Problem } from './http/problem.ts'
export { defaultRetake, type Retake } from './retake.ts'
export { currentScope, runInScope } from './session/scope.ts'
export type { Scope } from './session/session-state.ts'
export type { OverReason } from './session/session-state.ts'
export { resolveOverReason, type ClosedResponse, type ConnectionState } from './http/over-reason.ts'
export { problemResponse, respond, type ResponseContext } from './http/respond.ts'
export { scopedBody, type ScopedBodyOptions } from './http/scoped-body.ts'
export { isInMemory, isUnread } from './http/whole-body.ts'
export {
  toHttpRequest,
  withScope,
  type ServerKnowledge,
  type WithScopeOptions,
} from './http/web.ts'
