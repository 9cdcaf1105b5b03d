import { call, type CallOptions, type Outcome, type ToolPolicy } from '@retake/core'
import { runInScope } from '@retake/core/adapter'
import type { Classes } from './classes.ts'
import { currentCoverage } from './coverage.ts'
import { Bubble, isBubble, isBubbleTag } from './bubble.ts'
import type { ToolContext } from './emission-notes.ts'
import { defineHidden, type RunManager } from './hook.ts'
import { isMadeUp } from './made-up-names.ts'
import { neutral } from './neutral.ts'
import { withRecordedIds } from './renamed-ids.ts'
import { scopeUnder } from './runs.ts'
import { givenYields, isGenerator, recordedYields, type Yielded } from './tool-stream.ts'
import { createToolCodec } from './tool-codec.ts'

/** What a tool is to this package. */
export interface Tool {
  readonly name: string
}

interface ToolConfig extends ToolContext {
  readonly toolCall?: { readonly id?: string }
  readonly signal?: AbortSignal
}

type Execute = (input: unknown, runManager?: RunManager, config?: ToolConfig) => Promise<unknown>

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
  const execute: Execute = async function (this: unknown, input, runManager, config) {
    const coverage = currentCoverage()
    if (coverage) entered.add(coverage)
    const scope = scopeUnder(runManager?.parentRunId)
    if (scope === undefined || scope.beneath === 'leaf') {
      return original.call(this, input, runManager, config)
    }
    const { codec, run } = createToolCodec({ classes, run: runManager, config }, (given) =>
      original.call(this, input, runManager, given),
    )
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
    request: withRecordedIds(neutral(input)),
    runsAgain,
    ...(toolCall?.id === undefined || isMadeUp(toolCall.id) ? {} : { key: toolCall.id }),
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

// Its graph has to see it run, to know where it stands.
function runsAgain({ value }: Outcome): boolean {
  return isBubbleTag(value)
}
