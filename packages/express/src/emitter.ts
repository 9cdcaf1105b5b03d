import type { EventEmitter } from 'node:events'
import { currentScope, enterScope, type Scope } from '@retake/core/adapter'

/** Told of the events of a bound emitter before its listeners are. */
export interface EventObserver {
  observe(event: unknown, value: unknown): void
}

interface Binding {
  readonly scope: Scope
  readonly emit: Emit
  readonly observer: EventObserver | undefined
}

type Emit = (...args: never[]) => boolean

const BINDING = Symbol('retake.binding')

interface Bound {
  emit: Emit
  [BINDING]?: Binding
}

/**
 * Runs the listeners of an emitter in the session that the caller is in.
 *
 * For emitters whose events come from elsewhere, such as a WebSocket. The first binding stays; outside
 * of a session nothing happens.
 *
 * @returns the emitter.
 */
export function bindEmitter<Emitter extends EventEmitter>(emitter: Emitter): Emitter {
  const scope = currentScope()
  if (scope) enterOnEvents(emitter, scope)
  return emitter
}

/** Runs the listeners of an emitter in `scope`. */
export function enterOnEvents(emitter: EventEmitter, scope: Scope, observer?: EventObserver): void {
  const bound: Bound = emitter
  if (bound[BINDING]) return
  bound[BINDING] = { scope, emit: bound.emit, observer }
  bound.emit = emitInScope
}

// One function for all emitters, since a closure for each would cost more than all else we do.
function emitInScope(this: Bound, ...args: unknown[]): boolean {
  const { [BINDING]: binding } = this
  if (binding === undefined) return false
  binding.observer?.observe(args[0], args[1])
  return enterScope(binding.scope, emitAsBefore, this, binding.emit, args)
}

function emitAsBefore(emitter: Bound, emit: Emit, args: readonly unknown[]): boolean {
  return Reflect.apply(emit, emitter, args) as boolean
}
