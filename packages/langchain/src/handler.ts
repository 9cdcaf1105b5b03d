import { currentSession } from '@retake/core'
import { currentScope, openSpan, runInScope, type Scope } from '@retake/core/adapter'
import { BaseCallbackHandler } from '@langchain/core/callbacks/base'
import { attachToSessions } from './attach.ts'
import { armGraphs } from './graphs.ts'
import { currentCoverage, type Coverage } from './coverage.ts'
import { isBubble } from './bubble.ts'
import { instrumentLangChain } from './instrument.ts'
import type { LangChainModules } from './langchain-modules.ts'
import { isLateCall } from './late-call.ts'
import { readThought } from './thought.ts'
import { refuseUncovered } from './refusal.ts'
import {
  chainAttributes,
  classOf,
  endAttributes,
  isHidden,
  messageOf,
  nameOf,
  type Metadata,
  type Started,
} from './run-description.ts'
import { refuseUnseenThread } from './unseen-threads.ts'
import { endRun, findRun, scopeUnder, startRun, type Run } from './runs.ts'

export interface RetakeCallbackHandlerOptions {
  /**
   * Prints each run as it starts and ends, to the log of its session's instance.
   *
   * @default false
   */
  readonly verbose?: boolean
  /**
   * Keeps what a model says it was thinking, and which tools it chose, as decisions.
   *
   * @default true
   */
  readonly trackChainOfThought?: boolean
  /**
   * Keeps errors of tools as events of their own, besides the failed call.
   *
   * @default true
   */
  readonly trackToolErrors?: boolean
  /** Modules of a copy of `@langchain/core` that cannot be found, such as one in a bundle. */
  readonly modules?: Partial<LangChainModules>
}

interface RunStart {
  readonly id: string
  readonly parent: string | undefined
  readonly name: string
}

/**
 * Arms LangChain, and gives sessions the tree of its runs: chains, graphs, nodes, agents.
 *
 * Inside of sessions every run finds it by itself; it can be handed over as a callback all the same. It does
 * its work at once and in memory, so it never slows a stream. Outside of sessions it does nothing.
 */
export class RetakeCallbackHandler extends BaseCallbackHandler {
  readonly name = 'retake'
  readonly #verbose: boolean
  readonly #trackChainOfThought: boolean
  readonly #trackToolErrors: boolean

  constructor({
    verbose = false,
    trackChainOfThought = true,
    trackToolErrors = true,
    modules,
  }: RetakeCallbackHandlerOptions = {}) {
    super()
    this.#verbose = verbose
    this.#trackChainOfThought = trackChainOfThought
    this.#trackToolErrors = trackToolErrors
    instrumentLangChain()
    if (modules) instrumentLangChain(modules)
    // LangChain runs other handlers in a queue, where they are in the scope of some other request.
    defineGetter(this, 'awaitHandlers', () => true)
    // What a handler throws reaches the caller in a replay only.
    defineGetter(this, 'raiseError', () => currentScope()?.session.isReplay === true)
    // So langgraph tells it about interrupts.
    Object.defineProperty(this, Symbol.for('langgraph.graph_callback_handler'), { value: true })
    // Copies of LangChain that are loaded after the handler was made.
    attachToSessions(this, instrumentLangChain)
  }

  override copy(): this {
    return this
  }

  override handleChatModelStart(
    model: Started,
    _messages: unknown,
    runId: string,
    parentRunId?: string,
    _extra?: unknown,
    _tags?: unknown,
    metadata?: Metadata,
    runName?: string,
  ): void {
    this.#startCall('model', model, {
      id: runId,
      parent: parentRunId,
      name: nameOf(model, runName, metadata),
    })
  }

  override handleLLMStart(
    model: Started,
    _prompts: unknown,
    runId: string,
    parentRunId?: string,
    _extra?: unknown,
    _tags?: unknown,
    metadata?: Metadata,
    runName?: string,
  ): void {
    this.#startCall('model', model, {
      id: runId,
      parent: parentRunId,
      name: nameOf(model, runName, metadata),
    })
  }

  override handleLLMEnd(output: { generations: unknown }, runId: string): void {
    const run = this.#end(runId, 'ok')
    if (run === undefined || !this.#trackChainOfThought) return
    const thought = readThought(output.generations)
    if (thought) inRun(run, () => currentSession()?.decision(thought))
  }

  override handleLLMError(error: unknown, runId: string): void {
    this.#end(runId, 'error', error)
  }

  override handleToolStart(
    tool: Started,
    _input: string,
    runId: string,
    parentRunId?: string,
    _tags?: unknown,
    _metadata?: unknown,
    runName?: string,
  ): void {
    this.#startCall('tool', tool, { id: runId, parent: parentRunId, name: nameOf(tool, runName) })
  }

  override handleToolEnd(_output: unknown, runId: string): void {
    this.#end(runId, 'ok')
  }

  override handleToolError(error: unknown, runId: string): void {
    const isError = !isBubble(error)
    const run = this.#end(runId, isError ? 'error' : 'interrupted', error)
    if (run === undefined || !isError || !this.#trackToolErrors) return
    const attributes = { tool: run.name, error: messageOf(error) }
    inRun(run, () => currentSession()?.event('tool error', attributes))
  }

  override handleRetrieverStart(
    retriever: Started,
    _query: string,
    runId: string,
    parentRunId?: string,
    _tags?: unknown,
    _metadata?: unknown,
    runName?: string,
  ): void {
    this.#startCall('retriever', retriever, {
      id: runId,
      parent: parentRunId,
      name: nameOf(retriever, runName),
    })
  }

  override handleRetrieverEnd(_documents: unknown, runId: string): void {
    this.#end(runId, 'ok')
  }

  override handleRetrieverError(error: unknown, runId: string): void {
    this.#end(runId, 'error', error)
  }

  // The types of LangChain name these arguments in another order than they come.
  override handleChainStart(
    chain: Started,
    _inputs: unknown,
    runId: string,
    parentRunId?: string,
    tags?: unknown,
    metadata?: unknown,
    _runType?: string,
    runName?: string,
  ): void {
    const base = currentScope() ?? findRun(parentRunId)?.base
    const scope = scopeUnder(parentRunId)
    if (base === undefined || scope === undefined || findRun(runId)) return
    if (parentRunId === undefined) refuseUnseenThread(base.session, { chain, metadata }, armGraphs)
    const name = nameOf(chain, runName)
    const run = { base, name, ...(parentRunId === undefined ? {} : { parent: parentRunId }) }
    if (isHidden(tags) || scope.beneath === 'leaf') return startRun(runId, { ...run, scope })
    const attributes = chainAttributes(tags, (metadata ?? {}) as Metadata)
    const span = openSpan(scope, { kind: 'chain', name, attributes, isLoose: true })
    startRun(runId, { ...run, scope: span.scope, span })
    this.#print(base, `${name} starts`)
  }

  override handleChainEnd(_outputs: unknown, runId: string): void {
    this.#end(runId, 'ok')
  }

  override handleChainError(error: unknown, runId: string): void {
    this.#end(runId, isBubble(error) ? 'interrupted' : 'error', error)
  }

  override handleAgentAction(
    action: { tool: string; toolInput: unknown; log: string },
    runId: string,
  ): void {
    const run = findRun(runId)
    if (run === undefined || !this.#trackChainOfThought) return
    const chosen = { name: action.tool, args: action.toolInput }
    inRun(run, () => currentSession()?.decision({ reasoning: action.log, chosen }))
  }

  override handleCustomEvent(name: string, data: unknown, runId: string): void {
    const run = findRun(runId)
    if (run) inRun(run, () => currentSession()?.event(name, { data }))
  }

  /** Called by langgraph when a graph stops to wait for a human. */
  handleInterrupt({ runId, interrupts }: { runId?: string; interrupts: unknown }): void {
    noteGraph(runId, 'interrupt', { interrupts })
  }

  /** Called by langgraph when a graph goes on after an interrupt. */
  handleResume({ runId }: { runId?: string }): void {
    noteGraph(runId, 'resume', {})
  }

  #startCall(kind: Coverage['kind'], started: Started, { id, parent, name }: RunStart): void {
    if (currentCoverage()?.kind !== kind && !isLateCall(started)) {
      // It may be of a copy that was loaded late: its next call is covered.
      instrumentLangChain()
      refuseUncovered(
        kind,
        classOf(started),
        'it does not come through the base class that is armed',
      )
    }
    const base = currentScope()
    const scope = scopeUnder(parent)
    if (base === undefined || scope === undefined || findRun(id)) return
    startRun(id, { base, scope, name, ...(parent === undefined ? {} : { parent }) })
    this.#print(base, `${name} starts`)
  }

  #end(id: string, state: 'ok' | 'error' | 'interrupted', error?: unknown): Run | undefined {
    const run = endRun(id)
    if (run === undefined) return undefined
    run.span?.end(state === 'error' ? 'error' : 'ok', endAttributes(run, state, error))
    this.#print(run.base, `${run.name} ends: ${state}`)
    return run
  }

  #print({ session }: Scope, text: string): void {
    if (this.#verbose) session.log(`langchain: ${text}`)
  }
}

function defineGetter(target: object, name: string, get: () => unknown): void {
  Object.defineProperty(target, name, { get, set() {}, configurable: true, enumerable: true })
}

function noteGraph(runId: string | undefined, name: string, attributes: Metadata): void {
  const run = findRun(runId)
  const scope = run?.scope ?? currentScope()
  if (scope) runInScope(scope, () => currentSession()?.event(name, attributes))
}

function inRun({ scope }: Run, work: () => void): void {
  runInScope(scope, work)
}
