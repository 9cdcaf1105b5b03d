import type { EventRecord, ServedFunction } from '@retake/format'

/** Collects which functions of the app were served instead of run. */
export interface ServedFunctions {
  note(event: Pick<EventRecord, 'kind' | 'name'>): void
  listed(): readonly ServedFunction[]
}

// What runs elsewhere does nothing to the app.
const ELSEWHERE: ReadonlySet<string> = new Set(['llm', 'embedding', 'rerank', 'http', 'mcp'])
const OUR_EFFECTS: ReadonlySet<string> = new Set(['now', 'random', 'uuid', 'sleep'])
const MAX_LISTED = 20

export function createServedFunctions(): ServedFunctions {
  const names = new Map<string, ServedFunction>()

  function note({ kind, name }: Pick<EventRecord, 'kind' | 'name'>): void {
    if (ELSEWHERE.has(kind) || (kind === 'effect' && OUR_EFFECTS.has(name))) return
    const key = `${kind} ${name}`
    if (names.size < MAX_LISTED && !names.has(key)) names.set(key, { kind, name })
  }

  return { note, listed: () => [...names.values()] }
}
