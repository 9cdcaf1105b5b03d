/** What a tool tells while it runs, besides what it gives back. */
export interface Emissions {
  /** Ids of the place where the tool ran, by where they stand: they are others in a replay. */
  readonly context: Readonly<Record<string, string>>
  /** Ids of runs that started beneath it. They are made anew in a replay. */
  readonly runs: readonly string[]
  /** Number of the first note: a tool that gives its output bit by bit has notes beside each part. */
  readonly from: number
  readonly notes: readonly EmissionNote[]
  /** Number in the order of the session at which the tool was done. */
  readonly end: number
  /** Messages that were emitted, as they are at the end: frameworks change them later. */
  readonly later: readonly unknown[]
}

/** One thing that was told, or when a handler that lags behind was told of it. */
export type EmissionNote = Told | Followed

export interface Told {
  /** Number in the order of the session. */
  readonly n: number
  /** How it left the tool: the name of a callback, of a method of a stream handler, or of what a config holds. */
  readonly door: string
  readonly args: readonly unknown[]
  /** Namespace of the graph, where it is looked up when something is written. */
  readonly ns?: string | undefined
  /** Input of a tool as tracers are given it: an object, where others are given its JSON. */
  readonly input?: unknown
  /** Name of the only handler that was told. */
  readonly handler?: string
}

interface Followed {
  readonly n: number
  /** Number of the note of the callback. */
  readonly of: number
}

/** Callbacks, with the flag of a handler that silences each. */
export const CALLBACKS: Readonly<Record<string, string>> = {
  handleLLMStart: 'ignoreLLM',
  handleChatModelStart: 'ignoreLLM',
  handleLLMNewToken: 'ignoreLLM',
  handleChatModelStreamEvent: 'ignoreLLM',
  handleLLMEnd: 'ignoreLLM',
  handleLLMError: 'ignoreLLM',
  handleChainStart: 'ignoreChain',
  handleChainEnd: 'ignoreChain',
  handleChainError: 'ignoreChain',
  handleToolStart: 'ignoreAgent',
  handleToolEvent: 'ignoreAgent',
  handleToolEnd: 'ignoreAgent',
  handleToolError: 'ignoreAgent',
  handleAgentAction: 'ignoreAgent',
  handleAgentEnd: 'ignoreAgent',
  handleRetrieverStart: 'ignoreRetriever',
  handleRetrieverEnd: 'ignoreRetriever',
  handleRetrieverError: 'ignoreRetriever',
  handleCustomEvent: 'ignoreCustomEvent',
  handleText: '',
}

/**
 * Whether readers look at an argument of a callback as the data that it is. What describes a run that starts, and the
 * options of a model, hold functions as a rule, and are never shown.
 */
export function isShown(callback: string, index: number): boolean {
  if (!callback.endsWith('Start')) return true
  return index !== DESCRIPTION && !(index === MODEL_OPTIONS && CALLBACKS[callback] === 'ignoreLLM')
}

const DESCRIPTION = 0
const MODEL_OPTIONS = 4

/** Methods of stream handlers that are no callbacks, which graphs find by the names of the handlers. */
export const DIRECT: readonly string[] = ['_emit', 'emitFinalMessage']

/** Handlers that stream, by name. Only these are stood in for: others may look at themselves. */
export const STREAMERS: ReadonlySet<string> = new Set([
  'event_stream_tracer',
  'log_stream_tracer',
  'StreamMessagesHandler',
  'StreamProtocolMessagesHandler',
])

/** A callback handler of LangChain. */
export interface Handler {
  readonly name?: string
  readonly awaitHandlers?: boolean
  readonly raiseError?: boolean
  readonly [member: string]: unknown
}

/** What a tool is handed beside its input, as far as things leave it that way. */
export interface ToolContext {
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly configurable?: Readonly<Record<string, unknown>>
  readonly callbacks?: unknown
  readonly writer?: (chunk: unknown) => void
  readonly state?: unknown
  readonly config?: ToolContext
}

/** The run manager of a tool. */
export interface ToolRun {
  readonly runId?: string
  readonly parentRunId?: string
  readonly metadata?: Readonly<Record<string, unknown>>
  inheritableHandlers?: readonly Handler[]
}
