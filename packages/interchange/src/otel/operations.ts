import type { EventKind } from '@retake/format'

/** The operation that an event is, by the conventions for GenAI. */
export const OPERATIONS: Readonly<Partial<Record<EventKind, string>>> = {
  llm: 'chat',
  embedding: 'embeddings',
  retrieval: 'retrieval',
  rerank: 'rerank',
  tool: 'execute_tool',
}

/** The kinds of the operations that the conventions name. */
export const KINDS: ReadonlyMap<unknown, EventKind> = new Map<unknown, EventKind>([
  ['chat', 'llm'],
  ['generate_content', 'llm'],
  ['text_completion', 'llm'],
  ['embeddings', 'embedding'],
  ['retrieval', 'retrieval'],
  ['rerank', 'rerank'],
  ['execute_tool', 'tool'],
  ['create_agent', 'chain'],
  ['invoke_agent', 'chain'],
  ['invoke_workflow', 'chain'],
  ['plan', 'chain'],
])
