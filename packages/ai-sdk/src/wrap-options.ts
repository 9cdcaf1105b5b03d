import type { EntryPoint } from './entry-points.ts'
import { resolveModel, type Namespace } from './resolve-model.ts'
import { wrapTools } from './wrap-tool.ts'

/** Options of a function of the SDK, or settings of an agent. */
export type Options = Readonly<Record<string, unknown>>

type Prepare = (input: unknown) => unknown

/** A copy of options in which the models and the tools are wrapped, and those that hooks bring in later. */
export function wrapOptions(options: Options, entry: EntryPoint, ai: Namespace): Options {
  const { model, tools, prepareStep, prepareCall } = options
  const wrapped: Record<string, unknown> = { ...options }
  if (model != null) wrapped.model = resolveModel(model, entry, ai)
  if (typeof tools === 'object' && tools !== null) wrapped.tools = wrapTools(tools)
  if (typeof prepareStep === 'function')
    wrapped.prepareStep = wrapHook(prepareStep as Prepare, entry, ai)
  if (typeof prepareCall === 'function')
    wrapped.prepareCall = wrapHook(prepareCall as Prepare, entry, ai)
  return wrapped
}

function wrapHook(
  hook: Prepare,
  entry: EntryPoint,
  ai: Namespace,
): (input: unknown) => Promise<unknown> {
  return async (input) => {
    const options = await hook(input)
    return typeof options === 'object' && options !== null
      ? wrapOptions(options as Options, entry, ai)
      : options
  }
}

/** The id that a user gave to a call, for its span. */
export function functionIdOf({ telemetry, experimental_telemetry }: Options): string | undefined {
  const { functionId } = (telemetry ?? experimental_telemetry ?? {}) as { functionId?: unknown }
  return typeof functionId === 'string' ? functionId : undefined
}
