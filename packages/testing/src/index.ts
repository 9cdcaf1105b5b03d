export {
  testCallAdapter,
  type CallAdapter,
  type ExpectedEvent,
  type StreamOptions,
} from './call-adapter.ts'
export { createMemoryStore } from '@retake/store'
export {
  testHttpAdapter,
  type HttpAdapterOptions,
  type HttpServer,
  type ServeHttpApp,
} from './http-adapter.ts'
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
export { rehearse, type Rehearsal, type RehearsalOptions } from './rehearsal.ts'
export { callsOf, treeOf } from './session-view.ts'
export { testStore } from './store.ts'
