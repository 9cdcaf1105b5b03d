import { call, type CallOptions, type ToolPolicy } from '@retake/core'
import { inCurrentStep } from './operation.ts'
import { isWrapped, markAsWrapped, standIn } from './stand-in.ts'
import { paceOutcome } from './tool-pace.ts'
import { noteExecution } from './tool-watch.ts'
import { watched, watchStreams } from './watch-streams.ts'

/** What the SDK hands to a tool besides its input. */
interface ExecutionOptions {
  readonly toolCallId?: string
  readonly abortSignal?: AbortSignal
}

type Execute = (input: unknown, options?: ExecutionOptions) => unknown

/**
 * A tool whose executions are recorded and replayed.
 *
 * All but `execute` is the tool's own and runs as before: schemas, approval, `toModelOutput`, callbacks.
 * A tool that the SDK does not execute is given back as it is.
 *
 * @param policy how a replay treats it: `serve` by default; `live` runs it, and serves the calls it makes.
 */
export function wrapTool<T extends object>(name: string, tool: T, policy?: ToolPolicy): T {
  if (!isExecutable(tool) || isWrapped(tool)) return tool
  watchStreams()
  return standIn(tool, {
    read(property, value) {
      if (typeof value !== 'function') return value
      if (property === 'execute') return recordExecute(name, tool, value as Execute, policy)
      // Methods of a class reach private fields on the tool itself only; functions that it owns may be schemas.
      const isMethod = !Object.hasOwn(tool, property) && property !== 'constructor'
      return isMethod ? (value.bind(tool) as unknown) : value
    },
  })
}

/** A set of tools, each wrapped under its name, with a policy for those named in `policies`. */
export function wrapTools<T extends object>(
  tools: T,
  policies: { readonly [Name in keyof T]?: ToolPolicy } = {},
): T {
  const wrapped = Object.entries(tools as Record<string, object>).map(([name, tool]) => {
    const policy = Object.hasOwn(policies, name) ? policies[name as keyof T] : undefined
    return [name, wrapTool(name, tool, policy)]
  })
  return Object.fromEntries(wrapped) as T
}

/**
 * Makes tools record themselves, for those who hold the very tools that the app has.
 *
 * A tool that cannot be changed, such as a frozen one, is left as it is.
 */
export function recordInPlace(tools: object): void {
  watchStreams()
  for (const [name, tool] of Object.entries(tools as Record<string, object>)) {
    if (!isExecutable(tool) || isWrapped(tool)) continue
    const execute = recordExecute(name, tool, Reflect.get(tool, 'execute') as Execute)
    const isChanged = Reflect.defineProperty(tool, 'execute', {
      value: execute,
      configurable: true,
      enumerable: true,
      writable: true,
    })
    if (isChanged) markAsWrapped(tool)
  }
}

// Sets of tools may have holes, such as `search: isOnline ? search : undefined`.
function isExecutable(tool: object | null | undefined): boolean {
  return tool != null && typeof Reflect.get(tool, 'execute') === 'function'
}

function recordExecute(name: string, tool: object, execute: Execute, policy?: ToolPolicy): Execute {
  return (input, options) => {
    noteExecution()
    const about = describeExecution(name, input, options, policy)
    const run = () => watched(() => paceOutcome(execute.call(tool, input, options)))
    return inCurrentStep(() => call(about, run))
  }
}

function describeExecution(
  name: string,
  input: unknown,
  { toolCallId, abortSignal }: ExecutionOptions = {},
  policy?: ToolPolicy,
): CallOptions {
  return {
    kind: 'tool',
    name,
    request: input,
    ...(toolCallId === undefined ? {} : { key: toolCallId }),
    ...(abortSignal ? { signal: abortSignal } : {}),
    ...(policy ? { policy } : {}),
  }
}
