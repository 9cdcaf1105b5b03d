import { findRun, type Run } from './runs.ts'

export type Metadata = Readonly<Record<string, unknown>>

/** What a callback is told of who started. */
export type Started = { readonly id?: readonly string[]; readonly name?: string }

const HIDDEN = 'langsmith:hidden'

/** What a run is shown as. */
export function nameOf(
  started: Started | undefined,
  runName?: string,
  metadata?: Metadata,
): string {
  const { ls_model_name: model } = metadata ?? {}
  return runName ?? (typeof model === 'string' ? model : undefined) ?? classOf(started)
}

/** The class of what runs. */
export function classOf(started: Started | undefined): string {
  return started?.id?.at(-1) ?? started?.name ?? 'run'
}

/** Whether a run is one of LangChain's own, which nobody wants to see. */
export function isHidden(tags: unknown): boolean {
  return Array.isArray(tags) && tags.includes(HIDDEN)
}

/** What is known of a chain when it starts: its node, step and agent in a graph, and its tags. */
export function chainAttributes(tags: unknown, metadata: Metadata): Metadata {
  const shown = Array.isArray(tags)
    ? tags.filter((tag) => !/^(?:graph:|seq:|map:|langsmith:)/.test(String(tag)))
    : []
  const { langgraph_node: node, langgraph_step: step, lc_agent_name: agent } = metadata
  const known = Object.entries({ node, step, agent }).filter(([, value]) => value !== undefined)
  return { ...Object.fromEntries(known), ...(shown.length > 0 ? { tags: shown } : {}) }
}

/** What is known of a run when it ends. What encloses all others tells how the agent came out. */
export function endAttributes(run: Run, state: string, error: unknown): Metadata {
  const status = state === 'ok' ? 'completed' : state === 'error' ? 'failed' : state
  const isRoot = run.parent === undefined || findRun(run.parent) === undefined
  return {
    ...(isRoot ? { status } : state === 'interrupted' ? { status } : {}),
    ...(state === 'error' ? { error: messageOf(error) } : {}),
  }
}

/** The message of an error, or what else was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
