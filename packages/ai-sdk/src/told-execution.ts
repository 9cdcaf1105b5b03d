import { runInScope } from '@retake/core/adapter'
import { scopeOfApp } from './app-scope.ts'
import { noteEscape, WRAP_IT } from './escape.ts'
import { callModel } from './model-call.ts'
import type { CallParameters } from './model.ts'
import { modelNameOf, type StepStart, type TelemetryEvent } from './telemetry-event.ts'
import { findTold, type ToldOperation } from './told-operation.ts'
import { watchExecution } from './tool-watch.ts'

// What tells about a call, as against what the model is asked.
const ABOUT = [
  'callId',
  'operationId',
  'functionId',
  'provider',
  'modelId',
  'recordInputs',
  'recordOutputs',
  'aiVersion',
  'instructions',
  'messages',
  'tools',
] as const

/** A call of a model, or the execution of a tool, that telemetry is given to run. */
export interface Execution<T> {
  readonly execute: () => PromiseLike<T>
}

/** Records the call of a language model, or serves it. */
export async function executeCall<T>({ execute, ...call }: Execution<T>): Promise<T> {
  const scope = scopeOfApp()
  if (scope === undefined) return execute()
  const event: TelemetryEvent = call
  const told = findTold(scope, event)
  const isHidden = event.recordInputs === false
  if (told && !isHidden) return callTold(told, event, execute as Run) as Promise<T>
  const why = isHidden ? ', called with recordInputs: false,' : ''
  const error = noteEscape(scope, `${modelNameOf(event)}${why}`, WRAP_IT)
  if (error) throw error
  return execute()
}

/** Runs a tool in the step that asked for it. In a replay it has to be one that is recorded. */
export async function executeTool<T>({ execute, ...call }: Execution<T>): Promise<T> {
  const scope = scopeOfApp()
  if (scope === undefined) return execute()
  const event = call as TelemetryEvent & { readonly toolCall?: { readonly toolName?: string } }
  const name = `The tool ${event.toolCall?.toolName ?? ''}`
  if (event.recordInputs === false) {
    const error = noteEscape(scope, `${name}, called with recordInputs: false,`, WRAP_IT)
    if (error) throw error
  }
  const step = findTold(scope, event)?.operation.step
  const { result, isOurs } = await watchExecution(step?.scope ?? scope, execute)
  if (!isOurs) noteEscape(scope, name, WRAP_IT)
  return result
}

type Run = () => PromiseLike<object>

/**
 * Records the call of a model that telemetry was given to run, or serves it.
 *
 * The request is put together as the SDK would put it to the model, so that it is the same call to a replay
 * whether telemetry or a wrapped model has seen it.
 */
async function callTold(
  { operation, event, step, abortSignal }: ToldOperation,
  call: TelemetryEvent,
  execute: () => PromiseLike<object>,
): Promise<object> {
  const { provider = '', modelId = '' } = call
  const model = { provider, modelId, specificationVersion: 'v4' }
  const isStream = event.operationId === 'ai.streamText'
  const method = isStream
    ? ({ kind: 'llm', op: 'stream', method: 'doStream' } as const)
    : ({ kind: 'llm', op: 'generate', method: 'doGenerate' } as const)
  const parameters = await parametersOf(call, step)
  const run = () => callModel({ ...method, model }, { ...parameters, abortSignal }, execute)
  return withoutPath(await runInScope(operation.span.scope, run))
}

async function parametersOf(
  call: TelemetryEvent,
  step: StepStart | undefined,
): Promise<CallParameters> {
  const settings: Record<string, unknown> = { ...call }
  for (const name of ABOUT) delete settings[name]
  // Early releases of 7 do not tell the prompt in the form in which the model is given it.
  const { instructions, messages } = call as Readonly<Record<string, unknown>>
  const prompt = step?.promptMessages ?? { instructions, messages }
  const responseFormat = step?.output && (await step.output.responseFormat)
  const { stepToolChoice: toolChoice, providerOptions } = step ?? {}
  return { ...settings, prompt, tools: call.tools, toolChoice, providerOptions, responseFormat }
}

// As the SDK hands on what a model tells about its request.
function withoutPath<T extends object>(result: T): T {
  const { request } = result as { request?: { url?: unknown } }
  if (typeof request?.url !== 'string' || !URL.canParse(request.url)) return result
  return { ...result, request: { ...request, url: new URL(request.url).origin } }
}
