import { currentSessionScope, runInScope } from './scope.ts'
import { childFrame, nextOrdinal } from './frame.ts'

export interface BranchOptions {
  /** Tells this branch apart from its siblings, whatever order they start in. By default their order does. */
  readonly key?: string | number
}

/**
 * Names a branch of parallel work, so that its calls are matched by where they belong, not by when they start.
 *
 * Outside a session `fn` is simply called.
 */
export function scope<T>(name: string, fn: () => T): T
export function scope<T>(name: string, options: BranchOptions, fn: () => T): T
export function scope<T>(name: string, ...rest: [() => T] | [BranchOptions, () => T]): T {
  const [options, fn] = rest.length === 1 ? [{}, rest[0]] : rest
  const outer = currentSessionScope()
  if (outer === undefined || outer.beneath === 'leaf') return fn()
  const { redactor } = outer.session.config
  const segment = redactor.name(name)
  const { key } = options
  const disambiguator =
    key === undefined ? nextOrdinal(outer.frame, segment) : redactor.name(String(key))
  return runInScope({ ...outer, frame: childFrame(outer.frame, segment, disambiguator) }, fn)
}
