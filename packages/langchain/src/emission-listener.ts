import { AsyncLocalStorageProviderSingleton as context } from '@langchain/core/singletons'
import type { Classes } from './classes.ts'
import {
  CALLBACKS,
  DIRECT,
  STREAMERS,
  type Emissions,
  type Handler,
  type ToolContext,
  type ToolRun,
} from './emission-notes.ts'
import { createEmissionRecorder, type EmissionRecorder, type More } from './emission-recorder.ts'

/** Notes what a tool tells while it runs. */
export interface EmissionListener {
  /** What the tool is to be handed in place of its config. */
  readonly config: ToolContext | undefined
  /** Runs the tool, where what it finds by LangChain's own context is listened to as well. */
  run<T>(fn: () => T): T
  /** What was told since the last time; `undefined` when nothing was. */
  take(isLast: boolean): Emissions | undefined
}

const OURS = new Set(['retake', 'retake-emissions', 'retake-emissions-queued'])
// It sends what it is told elsewhere, and is no part of the app.
const TRACER = 'langchain_tracer'

/**
 * Listens to all ways in which things leave a running tool besides its output: the callbacks of what runs beneath it,
 * methods of handlers that stream, the writer of its graph, and what graphs beneath push to the graph above.
 *
 * @see docs/decisions/0068-what-tools-of-graphs-tell.md
 */
export function listen(
  run: ToolRun | undefined,
  config: ToolContext | undefined,
  classes: Classes,
): EmissionListener {
  const notes = createEmissionRecorder(run, config, classes)
  const isHeard = run?.inheritableHandlers?.some(
    ({ name = '' }) => !OURS.has(name) && name !== TRACER,
  )
  const ears = isHeard ? createEars(notes) : undefined
  const tell = (handlers: readonly Handler[] = []) => ears?.join(handlers) ?? handlers

  function hear(given: ToolContext): ToolContext {
    const { writer, configurable, config: inner, callbacks } = given
    return {
      ...given,
      ...(writer && {
        writer: (chunk: unknown) => {
          notes.add('writer', [chunk], { ns: namespace() })
          writer(chunk)
        },
      }),
      ...(configurable && {
        configurable: { ...configurable, ...heardDoors(configurable, notes) },
      }),
      // The runtime of a tool holds the config of its node once more.
      ...(inner && { config: hear(inner) }),
      ...(callbacks ? { callbacks: heardCallbacks(callbacks, tell) } : {}),
    }
  }

  // Not pushed into the array: that one is shared with the manager.
  if (run?.inheritableHandlers) run.inheritableHandlers = tell(run.inheritableHandlers)
  // A class with a `_call` of its own finds the config of its node by LangChain's context.
  const around = context.getRunnableConfig() as ToolContext | undefined
  return {
    config: config && { ...hear(config), callbacks: config.callbacks },
    run: (fn) => (around ? context.runWithConfig(hear(around), fn) : fn()),
    take(isLast) {
      if (isLast) ears?.catchUp()
      return notes.take(isLast)
    },
  }
}

interface Ears {
  /** The handlers, with those that listen. */
  join(handlers: readonly Handler[]): readonly Handler[]
  /** Notes what the handler that lags behind was not told yet. */
  catchUp(): void
}

/**
 * Handlers that listen. LangChain tells those that are not awaited by a queue of the process: they lag behind the others, and
 * behind writers. So there is one in each place, and the second only notes when it was told.
 */
function createEars(notes: EmissionRecorder): Ears {
  const called: number[] = []
  let followed = 0
  const follow = () => {
    const of = called[followed++]
    if (of !== undefined) notes.follow(of)
  }
  const inputs = new Map<unknown, unknown>()
  const first = createHandler('retake-emissions', true, (name, args) => {
    const [, , run] = args
    if (name.endsWith('Start')) notes.started(run)
    const input = name === 'handleToolStart' ? inputs.get(run) : undefined
    inputs.delete(run)
    called.push(notes.add(name, args, input === undefined ? {} : { input }))
  })
  Object.assign(
    first,
    tracerParts((run, input) => inputs.set(run, input)),
  )
  const second = createHandler('retake-emissions-queued', false, follow)
  const standIns = new Map<Handler, Handler>()

  function standIn(handler: Handler): Handler {
    if (!STREAMERS.has(handler.name ?? '')) return handler
    let known = standIns.get(handler)
    if (known === undefined) standIns.set(handler, (known = standInFor(handler, notes)))
    return known
  }

  return {
    join: (handlers) =>
      handlers.includes(first) ? handlers : [...handlers.map(standIn), first, second],
    catchUp() {
      while (followed < called.length) follow()
    },
  }
}

function createHandler(
  name: string,
  awaitHandlers: boolean,
  tell: (name: string, args: readonly unknown[]) => void,
): Handler {
  const methods = Object.keys(CALLBACKS).map((method) => [
    method,
    (...args: unknown[]) => tell(method, args),
  ])
  const handler: Handler = {
    name,
    awaitHandlers,
    raiseError: false,
    copy: () => handler,
    ...(Object.fromEntries(methods) as object),
  }
  return handler
}

// Tracers are given the input of a tool as it is, before all handlers are given its JSON.
function tracerParts(noteInput: (run: unknown, input: object) => void): object {
  const ignore = () => {}
  return {
    _addRunToRunMap: ignore,
    _createRunForLLMStart: ignore,
    _createRunForChatModelStart: ignore,
    _createRunForChainStart: ignore,
    _createRunForRetrieverStart: ignore,
    _createRunForToolStart(_tool: unknown, input: unknown, run: unknown) {
      if (typeof input === 'object' && input !== null) noteInput(run, { ...input })
    },
  }
}

type Tap = (runId: string, source: AsyncIterator<unknown>) => unknown

function standInFor(handler: Handler, notes: EmissionRecorder): Handler {
  const more = { handler: handler.name ?? '' }
  return new Proxy(handler, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key)
      if (typeof value !== 'function') return value
      const method = value.bind(target) as (...args: unknown[]) => unknown
      if (key === 'tapOutputIterable') return tapping(method as Tap, notes, more)
      if (!DIRECT.includes(String(key))) return method
      return (...args: unknown[]) => {
        notes.add(String(key), args, more)
        return method(...args)
      }
    },
  })
}

function tapping(tap: Tap, notes: EmissionRecorder, more: More): Tap {
  return (runId, source) => {
    notes.add('tap', [runId], more)
    return tap(runId, tapped())

    async function* tapped() {
      for (;;) {
        const step: IteratorResult<unknown, unknown> = await source.next()
        if (step.done) break
        notes.add('tapped', [runId, step.value], more)
        yield step.value
      }
      notes.add('tapEnd', [runId], more)
    }
  }
}

interface PushedTo {
  push(chunk: unknown): unknown
}

// How graphs beneath a tool reach the graph above it.
function heardDoors(
  configurable: Readonly<Record<string, unknown>>,
  notes: EmissionRecorder,
): object {
  const { __pregel_stream: stream, __pregel_send: send } = configurable as {
    readonly __pregel_stream?: PushedTo
    readonly __pregel_send?: (writes: unknown) => unknown
  }
  const push = (chunk: unknown) => {
    notes.add('stream', [chunk])
    return stream?.push(chunk)
  }
  return {
    ...(stream && { __pregel_stream: Object.create(stream, { push: { value: push } }) as object }),
    ...(send && {
      __pregel_send: (writes: unknown) => {
        notes.add('send', [writes])
        return send(writes)
      },
    }),
  }
}

interface Manager {
  handlers: readonly Handler[]
  inheritableHandlers: readonly Handler[]
  copy(): Manager
}

function heardCallbacks(
  callbacks: unknown,
  tell: (handlers?: readonly Handler[]) => readonly Handler[],
): unknown {
  if (Array.isArray(callbacks)) return tell(callbacks as readonly Handler[])
  const heard = (callbacks as Manager).copy()
  heard.handlers = tell(heard.handlers)
  heard.inheritableHandlers = tell(heard.inheritableHandlers)
  return heard
}

/** The namespace of the graph in which something is written, which is read from LangChain's own context. */
function namespace(): string | undefined {
  const { configurable } = (context.getRunnableConfig() ?? {}) as ToolContext
  const { checkpoint_ns: ns } = configurable ?? {}
  return typeof ns === 'string' ? ns : undefined
}
