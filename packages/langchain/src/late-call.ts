import { currentScope } from '@retake/core/adapter'
import { currentCoverage } from './coverage.ts'
import { patchMethod, type Method } from './hook.ts'

const KEY = Symbol.for('retake.langchain.late-calls.v1')

/**
 * Has the call recorded and served that was going on when its copy of LangChain was found: each describes itself by
 * `toJSON` before it calls a provider, and by then its object can be given hooks.
 *
 * @param entries methods by which a call begins. Whoever has others of their own may call a provider as they like.
 */
export function armLateCalls(
  prototype: object,
  entries: readonly string[],
  arm: (instance: object) => void,
): void {
  const own = entries.map((name): unknown => Reflect.get(prototype, name))
  const isPlain = (instance: object) =>
    entries.every((name, index) => Reflect.get(instance, name) === own[index])

  patchMethod(prototype, 'toJSON', (original): Method => {
    return function (this: object, ...args) {
      const described = original.apply(this, args) as object
      if (currentScope() === undefined || currentCoverage() !== undefined) return described
      if (isPlain(this) && isArmedBy(arm, this)) lateCalls().add(described)
      return described
    }
  })
}

/** Whether a description is that of a call which has hooks by now. */
export function isLateCall(described: unknown): boolean {
  return typeof described === 'object' && described !== null && lateCalls().has(described)
}

function isArmedBy(arm: (instance: object) => void, instance: object): boolean {
  try {
    arm(instance)
    return true
  } catch {
    return false
  }
}

// One set per process, for all copies of this package.
function lateCalls(): WeakSet<object> {
  const holder = globalThis as { [KEY]?: WeakSet<object> }
  return (holder[KEY] ??= new WeakSet())
}
