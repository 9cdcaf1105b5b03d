import { wrapAISDK, wrapModel, wrapProvider, wrapTools } from '@retake/ai-sdk'
import type { Sdk } from './line.ts'

/** A way in which an app puts Retake around the SDK. */
export interface Route {
  readonly name: string
  readonly ai: (ai: Sdk) => Sdk
  readonly provider: <T extends object>(provider: T) => T
  readonly model: <T extends object>(model: T) => T
  readonly tools: <T extends object>(tools: T) => T
}

function asIs<T>(value: T): T {
  return value
}

/** Nothing is wrapped by the app: something else sees to it. */
export const BARE: Route = { name: 'bare', ai: asIs, provider: asIs, model: asIs, tools: asIs }

/** Models, providers and tools are wrapped, the functions of the SDK are its own. */
export const STAND_INS: Route = {
  name: 'wrapProvider, wrapModel and wrapTools',
  ai: asIs,
  provider: wrapProvider,
  model: wrapModel,
  tools: (tools) => wrapTools(tools),
}

/** Models and providers are wrapped, tools are not. */
export const MODELS: Route = { ...STAND_INS, name: 'wrapProvider and wrapModel', tools: asIs }

/** Only the functions of the SDK are wrapped. */
export const FUNCTIONS: Route = { ...BARE, name: 'wrapAISDK', ai: (ai) => wrapAISDK(ai) }

/** All of it at once. */
export const BOTH: Route = { ...STAND_INS, name: 'both', ai: FUNCTIONS.ai }
