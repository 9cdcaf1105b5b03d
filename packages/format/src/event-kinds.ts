import type { EventKind } from './event.ts'

/** Kinds of events that take their time, and within which others may happen. */
export const SPAN_KINDS: readonly EventKind[] = [
  'llm',
  'tool',
  'embedding',
  'retrieval',
  'rerank',
  'http',
  'mcp',
  'chain',
  'effect',
]

/** Kinds of events that are noted at one moment. */
export const NOTED_KINDS: readonly EventKind[] = ['decision', 'message', 'score', 'error', 'custom']

/** All kinds of events. */
export const EVENT_KINDS: readonly EventKind[] = [...SPAN_KINDS, ...NOTED_KINDS]
