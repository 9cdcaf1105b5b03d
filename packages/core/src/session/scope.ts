import { AsyncLocalStorage } from 'node:async_hooks'
import type { SessionState } from './session-state.ts'
import { joinPath, escapeName } from '@retake/format'

/** A place in the tree of calls and scopes. */
export interface Frame {
  /** Names of the enclosing calls and scopes with what tells siblings apart, joined by ` > `. */
  readonly path: string
  /** The same without what tells siblings apart. */
  readonly place: string
  /** The first `kind:name` that an ordinal was given out for, and how many were. Nearly always the only one. */
  first: string | undefined
  firsts: number
  /** Ordinals given out so far for the others. */
  ordinals: Map<string, number> | undefined
}

/** Where code runs. */
export interface Scope {
  readonly session: SessionState
  readonly frame: Frame
  /** `seq` of the enclosing event. */
  readonly parent?: number
  /**
   * Beneath a recorded call. `call`: its own calls are recorded as its children. `leaf`: it is recorded
   * as a whole, and what runs here passes through, so that nothing is recorded twice.
   */
  readonly beneath?: 'call' | 'leaf'
  /** Inside a call that a replay lets through: the fence lets its traffic pass. */
  readonly live?: true
}

const KEY = Symbol.for('retake.scope.v1')

// One storage per process: an app may load two copies of this package, and they must see one session.
const storage = resolveStorage()

function resolveStorage(): AsyncLocalStorage<Scope | undefined> {
  const holder = globalThis as { [KEY]?: AsyncLocalStorage<Scope | undefined> }
  return (holder[KEY] ??= new AsyncLocalStorage<Scope | undefined>())
}

/** The scope of the running code. Read it when a call is made, never later, inside a generator or a queue. */
export function currentScope(): Scope | undefined {
  return storage.getStore()
}

/** Runs `fn` in `scope`; with `undefined`, outside of any. */
export function runInScope<Args extends unknown[], T>(
  scope: Scope | undefined,
  fn: (...args: Args) => T,
  ...args: Args
): T {
  // To ask costs a tenth of what entering costs, and lazy work is often done where it belongs already.
  return storage.getStore() === scope ? fn(...args) : storage.run(scope, fn, ...args)
}

/**
 * A function that runs others in `scope`, and in all other contexts of this moment. For what runs often, since
 * entering a scope costs several times as much.
 *
 * @see docs/decisions/0018-streams-run-in-the-context-of-their-call.md
 */
export function bindScope(scope: Scope | undefined): <T>(fn: () => T) => T {
  return runInScope(scope, () => AsyncLocalStorage.snapshot())
}

/** The outermost frame of a session. */
export function rootFrame(): Frame {
  // All fields at once: those that are added later take more memory.
  return { path: '', place: '', first: undefined, firsts: 0, ordinals: undefined }
}

/** Gives out the next ordinal among siblings of one name. Synchronous, so that start order decides. */
export function nextOrdinal(frame: Frame, segment: string): number {
  frame.first ??= segment
  if (frame.first === segment) return frame.firsts++
  frame.ordinals ??= new Map()
  const ordinal = frame.ordinals.get(segment) ?? 0
  frame.ordinals.set(segment, ordinal + 1)
  return ordinal
}

/** The frame of a named child. `key`, where there is one, replaces the ordinal. */
export function childFrame(frame: Frame, segment: string, disambiguator: number | string): Frame {
  return new ChildFrame(frame, segment, disambiguator)
}

// Its names are put together when they are asked for: beneath most calls of models nothing ever does.
class ChildFrame implements Frame {
  first: string | undefined = undefined
  firsts = 0
  ordinals: Map<string, number> | undefined = undefined
  readonly #parent: Frame
  readonly #segment: string
  readonly #disambiguator: number | string
  #path: string | undefined = undefined
  #place: string | undefined = undefined

  constructor(parent: Frame, segment: string, disambiguator: number | string) {
    this.#parent = parent
    this.#segment = segment
    this.#disambiguator = disambiguator
  }

  get path(): string {
    return (this.#path ??= joinPath(this.#parent.path, this.#name() + this.#suffix()))
  }

  get place(): string {
    return (this.#place ??= joinPath(this.#parent.place, this.#name()))
  }

  #name(): string {
    return escapeName(this.#segment)
  }

  #suffix(): string {
    const disambiguator = this.#disambiguator
    return typeof disambiguator === 'number'
      ? `#${disambiguator}`
      : `[${escapeName(disambiguator)}]`
  }
}
