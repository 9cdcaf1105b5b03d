import { call, currentScope, stream, type CallOptions, type Streamed } from '@retake/core'
import type { Model, CallParameters } from './model.ts'
import { summarize } from './model-summary.ts'
import { inStep } from './operation.ts'
import { withoutBackoff } from './provider-error.ts'
import { stampResult, stampStreamed } from './timestamp.ts'

/** A method of a model, and how its calls are recorded. */
export interface ModelMethod extends Required<Pick<CallOptions, 'kind' | 'op'>> {
  readonly model: Model
  readonly method: string
}

/** Runs a call of a model, records it, or serves it from a recording. Outside of sessions it only runs. */
export function callModel(
  about: ModelMethod,
  parameters: CallParameters | undefined,
  run: () => PromiseLike<object>,
): PromiseLike<object> {
  const scope = currentScope()
  if (scope === undefined || scope.beneath === 'leaf') return run()
  const options = describeCall(about, parameters)
  if (about.op === 'stream') {
    return inStep(() => stream(options, async () => stampStreamed((await run()) as Streamed)))
  }
  return inStep(() => call(options, async () => stampResult(about.method, await run())))
}

// Answers of v2 have another shape than later ones, which are all alike: neither is served for the other.
function shapeOf(specificationVersion: string): object {
  return specificationVersion === 'v2' ? { specificationVersion } : {}
}

function describeCall(
  { kind, op, model, method }: ModelMethod,
  parameters: CallParameters = {},
): CallOptions {
  const { provider, modelId, specificationVersion } = model
  const { headers: _headers, abortSignal, ...neutral } = parameters
  return {
    kind,
    op,
    name: `${provider}/${modelId}`,
    request: { method, ...neutral, ...shapeOf(specificationVersion) },
    model: modelId,
    provider,
    attributes: { specificationVersion },
    summarize,
    reviveError: withoutBackoff,
    ...(abortSignal instanceof AbortSignal ? { signal: abortSignal } : {}),
  }
}
