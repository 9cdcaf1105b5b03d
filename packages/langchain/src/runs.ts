import { currentSession } from '@retake/core'
import { currentScope, runInScope, type Scope, type Span } from '@retake/core/adapter'

/** A run of LangChain that has started: of a chain, a graph, a node, a model, a tool or a retriever. */
export interface Run {
  /** The scope in which it was started. */
  readonly base: Scope
  /** The scope of what it starts: beneath its span, where it has one. */
  readonly scope: Scope
  readonly span?: Span
  readonly name: string
  readonly parent?: string
}

const KEY = Symbol.for('retake.langchain.runs.v1')

// By run id, one table per process. A run keeps its session: what runs in a queue has lost its own scope,
// or has that of another request.
const runs = resolveRuns()
const started = new WeakMap<Scope['session'], Set<string>>()

function resolveRuns(): Map<string, Run> {
  const holder = globalThis as { [KEY]?: Map<string, Run> }
  return (holder[KEY] ??= new Map<string, Run>())
}

/** A run that has started and not yet ended. */
export function findRun(id: string | undefined): Run | undefined {
  return id === undefined ? undefined : runs.get(id)
}

/** Keeps a run until it ends, or its session does. */
export function startRun(id: string, run: Run): void {
  runs.set(id, run)
  const { session } = run.base
  const ids = started.get(session)
  if (ids) return void ids.add(id)
  const own = new Set([id])
  started.set(session, own)
  // Some runs never tell their end, such as those whose stream is broken off.
  void runInScope(run.base, currentSession)?.settled.then(() => forgetAll(own))
}

/** Takes a run that has ended. */
export function endRun(id: string): Run | undefined {
  const run = runs.get(id)
  if (run === undefined) return undefined
  runs.delete(id)
  started.get(run.base.session)?.delete(id)
  return run
}

/**
 * The scope of a call that a run makes.
 *
 * The scope of the run stands in for the one it was started in. Where the code has entered another scope
 * since, such as that of a tool or one of the user's, it is this one.
 */
export function scopeUnder(parentRunId: string | undefined): Scope | undefined {
  const current = currentScope()
  const parent = findRun(parentRunId)
  if (parent === undefined) return current
  const { base, scope } = parent
  const isElsewhere = current === undefined || current.session !== base.session
  return isElsewhere || current === base ? scope : current
}

function forgetAll(ids: Set<string>): void {
  for (const id of ids) runs.delete(id)
}
