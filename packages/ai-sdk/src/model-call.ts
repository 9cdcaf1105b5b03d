import { call, stream, type CallOptions, type Streamed } from '@retake/core'
import { currentScope, type Scope } from '@retake/core/adapter'
import type { Model, CallParameters } from './model.ts'
import { countModelCall } from './model-count.ts'
import { summarize } from './model-summary.ts'
import { neutralRequest } from './neutral-request.ts'
import { inStep } from './operation.ts'
import { withoutBackoff } from './provider-error.ts'
import { fitAnswer, fitStreamed } from './served-answer.ts'
import { stampResult, stampStreamed } from './timestamp.ts'

/** A method of a model, and how its calls are recorded. */
export interface ModelMethod extends Required<Pick<CallOptions, 'kind' | 'op'>> {
  readonly model: Model
  readonly method: string
}

type Run = () => PromiseLike<object>

/** Runs a call of a model, records it, or serves it from a recording. Outside of sessions it only runs. */
export function callModel(
  about: ModelMethod,
  parameters: CallParameters | undefined,
  run: Run,
): PromiseLike<object> {
  const scope = currentScope()
  if (scope === undefined || scope.beneath === 'leaf') return run()
  const options = describeCall(about, parameters)
  countModelCall(scope.session, options.name)
  const answer = inStep(() =>
    about.op === 'stream' ? streamed(options, run) : whole(about, options, run),
  )
  return scope.session.isReplay ? fitted(scope, about, answer) : answer
}

function whole({ method }: ModelMethod, options: CallOptions, run: Run): Promise<object> {
  return call(options, async () => stampResult(method, await run()))
}

function streamed(options: CallOptions, run: Run): Promise<object> {
  return stream(options, async () => stampStreamed((await run()) as Streamed))
}

async function fitted(
  scope: Scope,
  { op, model }: ModelMethod,
  answer: PromiseLike<object>,
): Promise<object> {
  return op === 'stream'
    ? fitStreamed(scope, model, (await answer) as Streamed)
    : fitAnswer(scope, model, await answer)
}

function describeCall(
  { kind, op, model, method }: ModelMethod,
  parameters: CallParameters = {},
): CallOptions {
  const { provider, modelId, specificationVersion } = model
  const { abortSignal } = parameters
  return {
    kind,
    op,
    name: `${provider}/${modelId}`,
    request: neutralRequest(method, parameters),
    model: modelId,
    provider,
    attributes: { specificationVersion },
    summarize,
    reviveError: withoutBackoff,
    ...(abortSignal instanceof AbortSignal ? { signal: abortSignal } : {}),
  }
}
