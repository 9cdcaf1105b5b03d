export { testCallAdapter } from './call-adapter.ts'
export type { CallAdapter, ExpectedEvent, StreamOptions } from './call-suite.ts'
export { createMemoryStore } from '@retake/store'
export { testHttpAdapter } from './http-adapter.ts'
export type { HttpAdapterOptions, HttpServer, ServeHttpApp } from './http-suite.ts'
export type {
  HttpApp,
  HttpRoute,
  JsonRoute,
  LazyRoute,
  RedirectRoute,
  RouteRequest,
  StreamRoute,
} from './http-app.ts'
export {
  openResponse,
  sendBytes,
  sendRequest,
  type HttpAnswer,
  type HttpCall,
  type OpenAnswer,
} from './http-client.ts'
export { createObservedStore, type ObservedStore } from './observed-store.ts'
export {
  rehearse,
  rehearseAgainst,
  type AnsweredRehearsal,
  type Answering,
  type Rehearsal,
  type RehearsalOptions,
} from './rehearsal.ts'
export { callsOf, treeOf } from './session-view.ts'
export { testStore } from './store.ts'
