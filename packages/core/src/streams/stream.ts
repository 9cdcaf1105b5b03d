import { createDirectStream } from './direct-stream.ts'
import { toGenerator } from './generator.ts'

/** Told what passes through a tap. */
export interface TapListener {
  /** The reader asks for the next part. */
  ask(): void
  part(value: unknown): void
  /** Called once. `cancelled` means that the reader has gone. */
  end(how: 'complete' | 'error' | 'cancelled', error?: unknown): void
}

/** Runs a function in the context in which a source is to be read. */
type RunInContext = <T>(fn: () => T) => T

/** Gives the context in which a source is read. Asked once, when its reading begins. */
export type BindContext = () => RunInContext

const runHere: BindContext = () => (fn) => fn()

interface Tap {
  /** @default the source is read in the context of its reader */
  readonly bind?: BindContext
  /** For a stream of bytes, which takes the place of one: how many are read ahead. */
  readonly bytesAhead?: number | undefined
}

/**
 * A stream that is recorded while its reader pulls it.
 *
 * Never a `tee`: that runs ahead of its reader, and the reader's cancel does not reach the source.
 * The source is read in a context of its own, since work that is done lazily belongs to the call.
 */
export function tapStream<T>(
  source: ReadableStream<T>,
  listener: TapListener,
  { bind = runHere, bytesAhead }: Tap = {},
): ReadableStream<T> {
  const reader = source.getReader()
  const inContext = bind()
  const read = () => reader.read()

  return createDirectStream<T>(
    {
      next() {
        listener.ask()
        return inContext(read)
      },
      receive({ done, value }) {
        if (done) listener.end('complete')
        else listener.part(value)
        return true
      },
      fail: (error) => listener.end('error', error),
      cancel(reason) {
        listener.end('cancelled')
        return inContext(() => reader.cancel(reason))
      },
    },
    bytesAhead,
  )
}

/**
 * An async iterable that is recorded while it is read.
 *
 * An iterator is replaced. What is more than that, such as the stream of an SDK with methods of its own,
 * stays itself, and its first iteration is recorded.
 */
export function tapIterable<T>(
  source: AsyncIterable<T>,
  listener: TapListener,
  bind: BindContext = runHere,
): AsyncIterable<T> {
  if ('next' in source) return tapIterator(source, listener, bind)
  const own = Object.getOwnPropertyDescriptor(source, Symbol.asyncIterator)

  function restore(): void {
    if (own) Object.defineProperty(source, Symbol.asyncIterator, own)
    else Reflect.deleteProperty(source, Symbol.asyncIterator)
  }

  const value = () => {
    restore()
    return tapIterator(source, listener, bind)
  }
  return Object.defineProperty(source, Symbol.asyncIterator, {
    value,
    configurable: true,
    writable: true,
  })
}

function tapIterator<T>(
  source: AsyncIterable<T>,
  listener: TapListener,
  bind: BindContext,
): AsyncGenerator<T> {
  const inContext = bind()
  const iterator = inContext(() => source[Symbol.asyncIterator]())

  function forward(step: () => Promise<IteratorResult<T>>): Promise<IteratorResult<T>> {
    try {
      return Promise.resolve(inContext(step)).then(pass, fail)
    } catch (error) {
      return fail(error)
    }
  }

  function pass(result: IteratorResult<T>): IteratorResult<T> {
    if (result.done) listener.end('complete')
    else listener.part(result.value)
    return result
  }

  function fail(error: unknown): Promise<never> {
    listener.end('error', error)
    return Promise.reject(error)
  }

  function advance(): Promise<IteratorResult<T>> {
    listener.ask()
    return iterator.next()
  }

  async function stop(value: unknown): Promise<IteratorResult<T>> {
    listener.end('cancelled')
    const result = await inContext(async () => iterator.return?.(value))
    return result ?? { done: true, value: undefined }
  }

  return toGenerator<T>({
    next: () => forward(advance),
    return: stop,
    throw: (error) =>
      forward(() => (iterator.throw ? iterator.throw(error) : Promise.reject(error))),
  })
}
