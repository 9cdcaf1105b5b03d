import { currentScope, type Scope } from '@retake/core/adapter'
import { isInOperation } from './operation.ts'

/**
 * The scope of the running code, where it is the app's own: not beneath a call that is recorded as a whole, and not
 * in a function of the SDK that has been wrapped, which sees to its models and tools itself.
 */
export function scopeOfApp(): Scope | undefined {
  const scope = currentScope()
  return scope === undefined || scope.beneath === 'leaf' || isInOperation() ? undefined : scope
}
