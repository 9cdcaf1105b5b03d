import { currentScope, openSpan, runInScope, type Scope, type Span } from '@retake/core/adapter'
import { endStateOf, type EndState } from './end-state.ts'
import { isPromiseLike } from './promise-like.ts'
import { watchEnd } from './stream-end.ts'

export interface OperationOptions {
  /** The function of the SDK, or the class of an agent. */
  readonly operation: string
  /** Id of the function or the agent, where the user gave one. */
  readonly id?: string
  /** Each call of a model is a step of it. */
  readonly hasSteps?: boolean
}

/** A call of an SDK function or an agent, with the step that it is in. */
export interface Operation {
  readonly span: Span
  step: Span | undefined
  steps: number
  /** The last call of a model failed: the next one is the same step. */
  isRetrying: boolean
}

// By the frame of their span, which all that runs directly in an operation shares.
const operations = new WeakMap<Scope['frame'], Operation>()

/**
 * Runs a function of the SDK as a span, which is open until what it returned is over, streams included.
 *
 * Outside of sessions, and beneath a call that is recorded as a whole, it is simply called.
 */
export function inOperation<T>(options: OperationOptions, run: () => T): T {
  const scope = currentScope()
  if (scope === undefined || scope.beneath === 'leaf') return run()
  const operation = beginOperation(scope, options)
  try {
    const result = runInScope(operation.span.scope, run)
    return isPromiseLike(result) ? (settle(operation, result) as T) : finish(operation, result)
  } catch (error) {
    endOperation(operation, endStateOf(error))
    throw error
  }
}

/**
 * Opens the span of a function of the SDK beneath `scope`.
 *
 * @param isLoose its end may never be told, and the session does not wait for it.
 */
export function beginOperation(
  scope: Scope,
  { operation: name, id = name, hasSteps = false }: OperationOptions,
  isLoose = false,
): Operation {
  const attributes = { operation: name }
  const span = openSpan(scope, { kind: 'chain', name: id, attributes, isLoose })
  const operation: Operation = { span, step: undefined, steps: 0, isRetrying: false }
  if (hasSteps) operations.set(span.scope.frame, operation)
  return operation
}

/** Closes the span of a function of the SDK, and that of its last step. Only the first call counts. */
export function endOperation({ span, step }: Operation, state: EndState): void {
  step?.end(state)
  span.end(state)
}

/** Whether the running code belongs directly to a function of the SDK that has been wrapped. */
export function isInOperation(): boolean {
  return currentOperation() !== undefined
}

/** Runs a call of a model. In an operation with steps it begins one, unless it repeats a call that has failed. */
export function inStep<T>(run: () => PromiseLike<T>): PromiseLike<T> {
  const operation = currentOperation()
  if (operation === undefined) return run()
  const step = beginStep(operation)
  const result = runInScope(step.scope, run)
  result.then(undefined, () => {
    operation.isRetrying = true
  })
  return result
}

/** Runs a tool in the step in which the model asked for it. */
export function inCurrentStep<T>(run: () => T): T {
  const step = currentOperation()?.step
  return step ? runInScope(step.scope, run) : run()
}

function currentOperation(): Operation | undefined {
  const scope = currentScope()
  return scope && operations.get(scope.frame)
}

function beginStep(operation: Operation): Span {
  const { span, step, isRetrying } = operation
  operation.isRetrying = false
  if (step && isRetrying) return step
  step?.end('ok')
  const attributes = { step: ++operation.steps }
  operation.step = openSpan(span.scope, { kind: 'chain', name: 'step', attributes })
  return operation.step
}

async function settle<T>(operation: Operation, result: PromiseLike<T>): Promise<T> {
  try {
    return finish(operation, await result)
  } catch (error) {
    endOperation(operation, endStateOf(error))
    throw error
  }
}

function finish<T>(operation: Operation, result: T): T {
  const isWatched = watchEnd(result, operation.span.scope, (state) =>
    endOperation(operation, state),
  )
  if (!isWatched) endOperation(operation, 'ok')
  return result
}
