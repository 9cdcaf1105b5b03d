export { enterScope } from './attachments.ts'
export {
  openExchange,
  passesBy,
  type Answer,
  type Exchange,
  type HttpOptions,
  type Opening,
} from './exchange.ts'
export { exposeHeaders, HEADER, type HeaderValue } from './headers.ts'
export { MAX_BODY_BYTES, whyUnreadable, type HttpRequest } from './inbound.ts'
export { resolveMiddlewareArguments, type MiddlewareArguments } from './middleware-arguments.ts'
export type { Problem } from './problem.ts'
export { defaultRetake, type Retake } from './retake.ts'
export { currentScope, runInScope, type Scope } from './scope.ts'
export type { OverReason } from './session-state.ts'
export { problemResponse, respond, type ResponseContext } from './respond.ts'
export { toHttpRequest, withScope, type ServerKnowledge, type WithScopeOptions } from './web.ts'
