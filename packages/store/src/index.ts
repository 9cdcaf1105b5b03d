export { createMemoryStore } from './memory.ts'
export type {
  ListOptions,
  LogRecord,
  SessionFilter,
  SessionLog,
  SessionSummary,
  Store,
} from './store.ts'
export { writeSession } from './write-session.ts'
