import { call } from '@retake/core'
import { runInScope, type Scope } from '@retake/core/adapter'
import { createAnswerCodec } from './answer-codec.ts'
import { createChunkCodec } from './chunk-codec.ts'
import type { Classes } from './classes.ts'
import { configureOnce, type StreamConfig } from './configure-once.ts'
import { currentCoverage } from './coverage.ts'
import { hookCache } from './hook-cache.ts'
import { defineHidden, type Method, type RunManager } from './hook.ts'
import { numberedNames, withPlaces } from './made-up-names.ts'
import { describeModelCall, type Model } from './model-call.ts'
import { scopeUnder } from './runs.ts'

type Options = Readonly<Record<string, unknown>>
type Generate = (input: unknown, options: Options, runManager?: RunManager) => Promise<object>
type StreamChunks = (
  input: unknown,
  options: Options,
  runManager?: RunManager,
) => AsyncIterable<unknown>

/** A base class of models, of the copy that a model belongs to. */
export interface ModelBase {
  readonly prototype: object
  readonly classes: Classes
}

const hooked = new WeakSet<object>()

/**
 * Gives a model the methods that record and serve its calls. They look for the session when they are
 * called: outside of one they only call what they hide.
 *
 * @throws {TypeError} when the model cannot be given any.
 */
export function hookModel(model: object & Model, base: ModelBase): void {
  if (hooked.has(model)) return
  // What may fail comes first, and fails as a whole.
  const methods = methodsOf(model, base)
  for (const [name, method] of methods) defineHidden(model, name, method)
  if (model.cache) hookCache(model, base.classes)
  hooked.add(model)
}

function methodsOf(
  model: object & Model,
  { prototype, classes }: ModelBase,
): readonly [string, Method][] {
  if (!Object.isExtensible(model)) throw new TypeError('It is frozen.')
  const methods: [string, Method][] = [['_generate', hookGenerate(model, classes)]]
  for (const [name, format] of STREAMS) {
    const original: unknown = Reflect.get(model, name)
    // The base class has one that says so, or one that comes back to the other.
    if (typeof original !== 'function' || original === Reflect.get(prototype, name)) continue
    methods.push([name, hookStream(original as StreamChunks, { model, classes, ...format })])
  }
  return methods
}

const STREAMS = [
  ['_streamResponseChunks', {}],
  ['_streamChatModelEvents', { format: 'events' }],
] as const

function hookGenerate(model: object & Model, classes: Classes): Method {
  const original = Reflect.get(model, '_generate') as Generate
  const generate: Generate = async function (this: unknown, input, options, runManager) {
    const scope = recordingScope(runManager)
    if (scope === undefined) return original.call(this, input, options, runManager)
    const names = numberedNames(toolsOf(model, options))
    const codec = withPlaces(createAnswerCodec(runManager, classes), names)
    const about = describeModelCall({ model, input, options, op: 'generate', names })
    return runInScope(scope, () =>
      call({ ...about, codec }, () => original.call(this, input, options, runManager)),
    )
  }
  return generate
}

interface StreamOptions {
  readonly model: object & Model
  readonly classes: Classes
  readonly format?: 'events'
}

// Not a generator: the call is made when it is asked for, in the scope of who asks.
function hookStream(original: StreamChunks, { model, classes, format }: StreamOptions): Method {
  const streamChunks: StreamChunks = function (this: unknown, input, options, runManager) {
    const scope = recordingScope(runManager)
    if (scope === undefined) return original.call(this, input, options, runManager)
    const names = numberedNames(toolsOf(model, options))
    const about = describeModelCall({
      model,
      input,
      options,
      op: 'stream',
      names,
      ...(format ? { format } : {}),
    })
    const forget = configureOnce(currentCoverage()?.options as StreamConfig | undefined)
    const codec = withPlaces(createChunkCodec(runManager, { classes, onEnd: forget }), names)
    const chunks = runInScope(scope, () =>
      call({ ...about, codec }, () => original.call(this, input, options, runManager)),
    )
    return toIterable(chunks)
  }
  return streamChunks as Method
}

// Models get their tools with each call; the fake one of LangChain keeps them to itself.
function toolsOf(model: object, options: Options | undefined): unknown {
  return options?.['tools'] ?? Reflect.get(model, '_tools')
}

// What a replay has no recording of, or was in flight, is a promise.
function toIterable<T>(chunks: AsyncIterable<T> | PromiseLike<AsyncIterable<T>>): AsyncIterable<T> {
  return 'then' in chunks ? readLater(chunks) : chunks
}

async function* readLater<T>(chunks: PromiseLike<AsyncIterable<T>>): AsyncGenerator<T> {
  yield* await chunks
}

function recordingScope(runManager: RunManager | undefined): Scope | undefined {
  const scope = scopeUnder(runManager?.parentRunId)
  return scope?.beneath === 'leaf' ? undefined : scope
}
