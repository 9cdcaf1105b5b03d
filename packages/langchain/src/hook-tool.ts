import { call, type CallOptions, type Outcome, type ToolPolicy } from '@retake/core'
import { runInScope, type CallCodec } from '@retake/core/adapter'
import type { Classes } from './classes.ts'
import { currentCoverage } from './coverage.ts'
import { withGraphClasses } from './graph-classes.ts'
import { defineHidden, type RunManager } from './hook.ts'
import { neutral } from './neutral.ts'
import { pack, TAG } from './pack.ts'
import { scopeUnder } from './runs.ts'
import { givenYields, isGenerator, recordedYields, type Yielded } from './tool-stream.ts'
import { unpack } from './unpack.ts'

/** What a tool is to this package. */
export interface Tool {
  readonly name: string
}

interface ToolConfig {
  readonly toolCall?: { readonly id?: string }
  readonly signal?: AbortSignal
}

type Execute = (input: unknown, runManager?: RunManager, config?: ToolConfig) => Promise<unknown>

/** What a tool did that goes through a graph as an error, and is none: it waits for a human, or steers. */
class Bubble {
  readonly error: Error

  constructor(error: Error) {
    this.error = error
  }
}

const BUBBLE = 'bubble'
const hooked = new WeakSet<object>()
const policies = new WeakMap<object, ToolPolicy>()
const entered = new WeakSet<object>()

/**
 * Gives a tool the method that records and serves its runs.
 *
 * @throws {TypeError} when the tool cannot be given any.
 */
export function hookTool(tool: object & Tool, classes: Classes): void {
  if (hooked.has(tool)) return
  const original = Reflect.get(tool, '_call') as Execute
  const codec = createToolCodec(classes)
  const execute: Execute = async function (this: unknown, input, runManager, config) {
    const coverage = currentCoverage()
    if (coverage) entered.add(coverage)
    const scope = scopeUnder(runManager?.parentRunId)
    const run = () => original.call(this, input, runManager, config)
    if (scope === undefined || scope.beneath === 'leaf') return run()
    const about = { ...describeRun(tool, input, config), codec }
    const outcome = await runInScope(scope, () => call(about, () => catchBubble(run)))
    if (outcome instanceof Bubble) throw outcome.error
    return isGenerator(outcome) ? givenYields(outcome as AsyncGenerator<Yielded>) : outcome
  }
  defineHidden(tool, '_call', execute)
  hooked.add(tool)
}

/** Sets how a replay treats a tool. */
export function setPolicy(tool: object, policy: ToolPolicy): void {
  policies.set(tool, policy)
}

/** Whether the tool of a coverage has come to run. */
export function hasEntered(coverage: object): boolean {
  return entered.has(coverage)
}

function describeRun(
  tool: Tool & object,
  input: unknown,
  { toolCall, signal }: ToolConfig = {},
): CallOptions {
  const policy = policies.get(tool)
  return {
    kind: 'tool',
    name: tool.name,
    request: neutral(input),
    runsAgain,
    ...(toolCall?.id === undefined ? {} : { key: toolCall.id }),
    ...(signal ? { signal } : {}),
    ...(policy ? { policy } : {}),
  }
}

async function catchBubble(run: () => Promise<unknown>): Promise<unknown> {
  try {
    const output = await run()
    return isGenerator(output) ? recordedYields(output) : output
  } catch (error) {
    if (!isBubble(error)) throw error
    return new Bubble(error)
  }
}

function createToolCodec(classes: Classes): CallCodec {
  return {
    pack: (output) =>
      output instanceof Bubble ? { [TAG]: BUBBLE, name: output.error.name } : pack(output, classes),
    unpack: async (packed) => unpack(packed, await withGraphClasses(packed, classes)),
  }
}

// Its graph has to see it run, to know where it stands.
function runsAgain({ value }: Outcome): boolean {
  return typeof value === 'object' && value !== null && Reflect.get(value, TAG) === BUBBLE
}

/** Whether what was thrown is a graph's way of going on, as against an error. */
export function isBubble(error: unknown): error is Error {
  return error instanceof Error && 'is_bubble_up' in error && error.is_bubble_up === true
}
