export {
  testCallAdapter,
  type CallAdapter,
  type ExpectedEvent,
  type StreamOptions,
} from './testing/call-adapter.ts'
export { createMemoryStore } from '@retake/store'
export {
  testHttpAdapter,
  type HttpAdapterOptions,
  type HttpServer,
  type ServeHttpApp,
} from './testing/http-adapter.ts'
export type {
  HttpApp,
  HttpRoute,
  JsonRoute,
  LazyRoute,
  RedirectRoute,
  RouteRequest,
  StreamRoute,
} from './testing/http-app.ts'
export {
  openResponse,
  sendBytes,
  sendRequest,
  type HttpAnswer,
  type HttpCall,
  type OpenAnswer,
} from './testing/http-client.ts'
export { createObservedStore, type ObservedStore } from './testing/observed-store.ts'
export { rehearse, type Rehearsal, type RehearsalOptions } from './testing/rehearsal.ts'
export { callsOf, treeOf } from './testing/session-view.ts'
export { testStore } from './testing/store.ts'
