import type { Scope } from '../session/running-session.ts'
import type { RequestHead } from './outgoing.ts'

/**
 * What is to become of a request that comes through no recorder: it passes, or is refused for a reason, a sentence that
 * names the thing and the way out.
 */
export type FenceVerdict = 'pass' | { readonly refuse: string }

/** Knows what is to become of some requests that are sent from a scope. `undefined` for all others. */
export type FenceRule = (request: RequestHead, scope: Scope) => FenceVerdict | undefined

// One set per process: an adapter and the app may load two copies of this package.
const KEY = Symbol.for('retake.fence-rules.v1')

/**
 * Adds a rule to the fence of all replays. Where one lets a request pass, it passes; else one that refuses it decides.
 *
 * @returns a function that takes it back.
 */
export function addFenceRule(rule: FenceRule): () => void {
  rules().add(rule)
  return () => void rules().delete(rule)
}

/** What the rules say of a request; `undefined` where none of them knows it. */
export function askRules(request: RequestHead, scope: Scope): FenceVerdict | undefined {
  let refusal: FenceVerdict | undefined
  for (const rule of rules()) {
    const verdict = ask(rule, request, scope)
    if (verdict === 'pass') return verdict
    refusal ??= verdict
  }
  return refusal
}

// Whoever fails to answer does not know the request.
function ask(rule: FenceRule, request: RequestHead, scope: Scope): FenceVerdict | undefined {
  try {
    return rule(request, scope)
  } catch {
    return undefined
  }
}

function rules(): Set<FenceRule> {
  const holder = globalThis as { [KEY]?: Set<FenceRule> }
  return (holder[KEY] ??= new Set())
}
