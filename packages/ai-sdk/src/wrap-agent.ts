import type { EntryPoint } from './entry-points.ts'
import { inOperation } from './operation.ts'
import type { Namespace } from './resolve-model.ts'
import { markAsWrapped } from './stand-in.ts'
import { functionIdOf, wrapOptions, type Options } from './wrap-options.ts'

interface Agent {
  readonly id?: string
  generate(...args: unknown[]): unknown
  stream(...args: unknown[]): unknown
}

export type AgentClass = new (settings: Options) => Agent

const wrapped = new WeakMap<AgentClass, AgentClass>()

/** A class of agents whose model and tools are wrapped, and each of whose calls is a span. */
export function wrapAgent(Base: AgentClass, entry: EntryPoint, ai: Namespace): AgentClass {
  // One class may be exported under two names.
  const known = wrapped.get(Base)
  if (known) return known
  const Recorded = extendAgent(Base, entry, ai)
  Object.defineProperty(Recorded, 'name', { value: Base.name })
  markAsWrapped(Recorded)
  wrapped.set(Base, Recorded)
  return Recorded
}

function extendAgent(Base: AgentClass, entry: EntryPoint, ai: Namespace): AgentClass {
  return class extends Base {
    readonly #about: { readonly operation: string; readonly id?: string; readonly hasSteps: true }

    constructor(settings: Options) {
      super(wrapOptions(settings, entry, ai))
      const id = typeof settings.id === 'string' ? settings.id : functionIdOf(settings)
      this.#about = { operation: Base.name, hasSteps: true, ...(id === undefined ? {} : { id }) }
    }

    override generate(...args: unknown[]): unknown {
      return inOperation(this.#about, () => super.generate(...args))
    }

    override stream(...args: unknown[]): unknown {
      return inOperation(this.#about, () => super.stream(...args))
    }
  }
}
