import { openSpan, type Scope, type Span } from '@retake/core/adapter'
import type { TelemetryEvent } from './telemetry-event.ts'

/** A call of a function of AI SDK 6, whose telemetry does not tell which of the calls it speaks of. */
interface NamelessOperation {
  readonly functionId: string | undefined
  readonly span: Span
  step: Span | undefined
  steps: number
}

// By the frame in which the function was called, in the order in which they began.
const operations = new WeakMap<Scope['frame'], NamelessOperation[]>()

/**
 * Opens the span of a call. Calls of one name in one place are told apart by their order, so that the spans of
 * parallel ones may be exchanged. Nothing is recorded or served by them.
 */
export function beginNameless(scope: Scope, { functionId }: TelemetryEvent): void {
  const name = functionId ?? 'generate'
  const attributes = { operation: 'generate' }
  const span = openSpan(scope, { kind: 'chain', name, attributes, isLoose: true })
  const siblings = operations.get(scope.frame) ?? []
  operations.set(scope.frame, siblings)
  siblings.push({ functionId, span, step: undefined, steps: 0 })
}

export function beginNamelessStep(scope: Scope, event: TelemetryEvent): void {
  const operation = siblingsOf(scope, event).find(({ step }) => step === undefined)
  if (operation === undefined) return
  const attributes = { step: ++operation.steps }
  const { scope: within } = operation.span
  operation.step = openSpan(within, { kind: 'chain', name: 'step', attributes, isLoose: true })
}

export function endNamelessStep(scope: Scope, event: TelemetryEvent): void {
  const operation = siblingsOf(scope, event).find(({ step }) => step !== undefined)
  operation?.step?.end('ok')
  if (operation) operation.step = undefined
}

export function endNameless(scope: Scope, event: TelemetryEvent): void {
  const [operation] = siblingsOf(scope, event)
  if (operation === undefined) return
  const siblings = operations.get(scope.frame) ?? []
  siblings.splice(siblings.indexOf(operation), 1)
  operation.step?.end('ok')
  operation.span.end('ok')
}

function siblingsOf(scope: Scope, { functionId }: TelemetryEvent): readonly NamelessOperation[] {
  const siblings = operations.get(scope.frame) ?? []
  return siblings.filter((operation) => operation.functionId === functionId)
}
