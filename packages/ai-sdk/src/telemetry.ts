import type { Scope } from '@retake/core/adapter'
import { scopeOfApp } from './app-scope.ts'
import {
  beginNameless,
  beginNamelessStep,
  endNameless,
  endNamelessStep,
} from './nameless-operation.ts'
import { refuseSdkRequests } from './sdk-requests.ts'
import { installSeededRandom } from './seeded-random.ts'
import type { StepStart, TelemetryEvent } from './telemetry-event.ts'
import { executeCall, executeTool, type Execution } from './told-execution.ts'
import { beginTold, endTold, findTold } from './told-operation.ts'
import { watchUntoldCalls } from './untold-calls.ts'
import { recordInPlace } from './wrap-tool.ts'

export interface TelemetryOptions {
  /**
   * Whether calls of language models and of tools are recorded and replayed, as far as telemetry sees them. In
   * AI SDK 6 it sees tools only. `false` leaves them to wrapped models and tools, and only opens spans.
   *
   * @default true
   */
  readonly calls?: boolean
}

/** What `registerTelemetry` of AI SDK 7 takes, and `registerTelemetryIntegration` of 6. */
export interface RetakeTelemetry {
  onStart(event: object): void
  onStepStart(event: object): void
  onStepFinish(event: object): void
  onFinish(event: object): void
  onEnd(event: object): void
  onAbort(event: object): void
  onError(event: unknown): void
  executeLanguageModelCall<T>(options: Execution<T>): PromiseLike<T>
  executeTool<T>(options: Execution<T>): PromiseLike<T>
}

/**
 * Telemetry of the AI SDK that opens a span for each call of a function, and records and replays what
 * it sees of it: in AI SDK 7 language models and tools, in 6 tools.
 *
 * What is wrapped as well is recorded once. A replay refuses, or at least fails with, what goes past it.
 *
 * @see docs/decisions/0022-telemetry-records-what-it-sees.md
 */
export function retakeTelemetry({ calls = true }: TelemetryOptions = {}): RetakeTelemetry {
  installSeededRandom()
  if (calls) {
    watchUntoldCalls()
    refuseSdkRequests()
  }

  function noteTools({ tools }: TelemetryEvent): void {
    if (calls && tools) recordInPlace(tools)
  }

  return {
    onStart(event: TelemetryEvent) {
      const scope = scopeOfApp()
      if (scope === undefined) return
      noteTools(event)
      if (event.callId === undefined) beginNameless(scope, event)
      else beginTold(scope, event, calls)
    },
    onStepStart(event: StepStart) {
      const scope = scopeOfApp()
      if (scope === undefined) return
      noteTools(event)
      const told = findTold(scope, event)
      if (told) told.step = event
      else beginNamelessStep(scope, event)
    },
    onStepFinish: (event: TelemetryEvent) => withScope((scope) => endNamelessStep(scope, event)),
    onFinish: (event: TelemetryEvent) => withScope((scope) => endNameless(scope, event)),
    onEnd: (event: TelemetryEvent) => endTold(event, 'ok'),
    onAbort: (event: TelemetryEvent) => endTold(event, 'aborted'),
    onError: (event) => endTold(event as TelemetryEvent, 'error'),
    executeLanguageModelCall: (options) => (calls ? executeCall(options) : options.execute()),
    executeTool: (options) => (calls ? executeTool(options) : options.execute()),
  }
}

function withScope(run: (scope: Scope) => void): void {
  const scope = scopeOfApp()
  if (scope) run(scope)
}
