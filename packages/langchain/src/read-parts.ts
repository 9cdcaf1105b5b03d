import { AsyncLocalStorageProviderSingleton as context } from '@langchain/core/singletons'
import { macrotask, openReadStates, type ReadStates } from '@retake/core/adapter'
import { STREAMERS, type Handler } from './emission-notes.ts'
import { defineHidden, type Method } from './hook.ts'
import { hasAll, readState, watchState, withoutMissing } from './message-states.ts'

interface StreamOptions {
  readonly version?: unknown
  readonly callbacks?: unknown
}

interface Reader {
  read(): Promise<IteratorResult<unknown>>
  cancel(reason?: unknown): Promise<unknown>
}

// As long as it may take a framework to finish what it has handed out: far more than it ever does.
const MOST_TURNS = 200

/**
 * Follows who reads the stream of a graph that an app has asked for. Graphs set the id and the name of a message after
 * they have handed it out, so that it depends on the pace of the reader whether it sees them: in a replay it sees what it
 * saw.
 *
 * @see docs/decisions/0094-parts-read-as-they-were-read.md
 */
export function followStream(original: Method): Method {
  return function (this: object, ...args) {
    const options = ((args[1] as unknown) ?? {}) as StreamOptions
    // What LangChain reads itself, to make events of it, is not what the app reads.
    const isInner = isInvoking || options.version === 'v3' || hasStreamer(options.callbacks)
    if (isInner || !isAskedForByApp()) return original.apply(this, args)
    return follow(original.apply(this, args))
  }
}

let isInvoking = false

/** Tells the stream apart that `invoke` reads: it is asked for before `invoke` first waits. */
export function followInvoke(original: Method): Method {
  return function (this: object, ...args) {
    const before = isInvoking
    isInvoking = true
    try {
      return original.apply(this, args)
    } finally {
      isInvoking = before
    }
  }
}

/** Follows who reads the events of a graph, as `followStream` does. */
export function followEvents(original: Method): Method {
  return function (this: object, ...args) {
    if (!isAskedForByApp()) return original.apply(this, args)
    return follow(original.apply(this, args))
  }
}

// What runs beneath a graph or a chain is read by it.
function isAskedForByApp(): boolean {
  return context.getRunnableConfig() === undefined
}

function hasStreamer(callbacks: unknown): boolean {
  const given = Array.isArray(callbacks)
    ? (callbacks as readonly Handler[])
    : ((callbacks as { readonly handlers?: readonly Handler[] } | undefined)?.handlers ?? [])
  return given.some(({ name }) => STREAMERS.has(name ?? ''))
}

function follow(stream: unknown): unknown {
  const states = openReadStates()
  if (states === undefined) return stream
  if (stream instanceof Promise) return stream.then((opened) => followOpened(opened, states))
  return followOpened(stream, states)
}

function followOpened(stream: unknown, states: ReadStates): unknown {
  if (stream instanceof ReadableStream) followReaders(stream, states)
  else if (isIterable(stream)) followIterators(stream, states)
  else states.end()
  return stream
}

function isIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

function followReaders(stream: ReadableStream, states: ReadStates): void {
  const getReader = stream.getReader.bind(stream) as (...args: unknown[]) => Reader
  defineHidden(stream, 'getReader', (...args: unknown[]) => {
    const reader = getReader(...args)
    const read = reader.read.bind(reader)
    const cancel = reader.cancel.bind(reader)
    defineHidden(reader, 'read', () => asRead(read(), states))
    defineHidden(reader, 'cancel', (reason?: unknown) => {
      states.end()
      return cancel(reason)
    })
    return reader
  })
}

// A run of a graph can be read by several.
function followIterators(stream: AsyncIterable<unknown>, states: ReadStates): void {
  const original = stream[Symbol.asyncIterator].bind(stream)
  let isFirst = true
  defineHidden(stream, Symbol.asyncIterator, () => {
    const iterator = original()
    if (!isFirst) return iterator
    isFirst = false
    return {
      next: () => asRead(iterator.next(), states),
      async return(value?: unknown) {
        states.end()
        return (await iterator.return?.(value)) ?? { done: true as const, value }
      },
      [Symbol.asyncIterator]() {
        return this
      },
    }
  })
}

function asRead(
  taken: Promise<IteratorResult<unknown>>,
  states: ReadStates,
): Promise<IteratorResult<unknown>> {
  if (states.isReplay) return givenAsRead(taken, states)
  // Not waited for: the reader gets its part when it would.
  taken.then(
    // What an app hands out may throw when it is looked at, which must cost nobody anything.
    ({ done, value }) => (done ? states.end() : watchState(value, states.part()).catch(() => {})),
    () => states.end(),
  )
  return taken
}

async function givenAsRead(
  taken: Promise<IteratorResult<unknown>>,
  states: ReadStates,
): Promise<IteratorResult<unknown>> {
  const step = await taken
  if (step.done) return step
  const recorded = states.next()
  const wanted = recorded === undefined ? undefined : readState(recorded)
  if (wanted === undefined) return step
  // What a message lacks now that it did not lack then comes with the framework's next steps.
  for (let turn = 0; turn < MOST_TURNS && !hasAll(step.value, wanted); turn++) await nextTurn()
  return { done: false, value: withoutMissing(step.value, wanted) }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    macrotask(resolve)
  })
}
