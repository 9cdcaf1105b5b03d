import { currentScope, type Scope } from '@retake/core/adapter'
import type { EndState } from './end-state.ts'
import { noteEscape, WRAP_IT } from './escape.ts'
import { countOfCalls } from './model-count.ts'
import { beginOperation, endOperation, type Operation } from './operation.ts'
import {
  functionOf,
  isRecordable,
  modelNameOf,
  type StepStart,
  type TelemetryEvent,
} from './telemetry-event.ts'

/** A call of a function of the SDK that telemetry has told of. */
export interface ToldOperation {
  readonly operation: Operation
  readonly event: TelemetryEvent
  /** Aborts when the SDK tells that the operation was aborted: the signal of its caller is not told. */
  readonly abortSignal: AbortSignal
  /** The step that has begun last. */
  step: StepStart | undefined
  end(state: EndState): void
}

type Told = Map<string, ToldOperation>

// Not every end is told, so they go with their session.
const toldIn = new WeakMap<Scope['session'], Told>()

/** The operation with an id, as long as it is not over. */
export function findTold(
  { session }: Scope,
  { callId = '' }: TelemetryEvent,
): ToldOperation | undefined {
  return toldIn.get(session)?.get(callId)
}

/** Opens the span of an operation, and keeps watch over its calls where telemetry cannot record them. */
export function beginTold(scope: Scope, event: TelemetryEvent, isWatched: boolean): void {
  const { callId = '', functionId } = event
  const options = { operation: functionOf(event), hasSteps: isRecordable(event) }
  const id = functionId === undefined ? {} : { id: functionId }
  const operation = beginOperation(scope, { ...options, ...id }, true)
  const checkCalls = isWatched && !isRecordable(event) ? watchCalls(scope, event) : () => {}
  const told = toldIn.get(scope.session) ?? new Map<string, ToldOperation>()
  toldIn.set(scope.session, told)
  const controller = new AbortController()
  told.set(callId, {
    operation,
    event,
    abortSignal: controller.signal,
    step: undefined,
    end(state) {
      told.delete(callId)
      if (state === 'aborted') controller.abort()
      checkCalls()
      endOperation(operation, state)
    },
  })
}

/** Closes the span of an operation that is over. */
export function endTold(event: TelemetryEvent, state: EndState): void {
  const scope = currentScope()
  if (scope) findTold(scope, event)?.end(state)
}

/** What telemetry has told of and cannot record, and is not over: the latest first. */
export function unrecordedIn({ session }: Scope): readonly string[] {
  const told = [...(toldIn.get(session)?.values() ?? [])].filter(
    ({ event }) => !isRecordable(event),
  )
  return told.map(({ event }) => `${functionOf(event)} of ${modelNameOf(event)}`).toReversed()
}

/** Begins to watch whether a model's calls pass through our hands. What is returned looks, and tells. */
export function watchCalls(scope: Scope, event: TelemetryEvent): () => void {
  const name = modelNameOf(event)
  const before = countOfCalls(scope.session, name)
  return () => {
    if (countOfCalls(scope.session, name) > before) return
    noteEscape(scope, `${functionOf(event)} of ${name}`, WRAP_IT)
  }
}
