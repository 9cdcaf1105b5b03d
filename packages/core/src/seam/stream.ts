import { delay } from '../clock.ts'
import { createDirectStream } from './direct-stream.ts'
import { afterRounds } from './rounds.ts'
import { bindScope, type Scope } from '../session/scope.ts'

/** Told what passes through a tap. */
export interface TapListener {
  /** The reader asks for the next part. */
  ask(): void
  part(value: unknown): void
  /** Called once. `cancelled` means that the reader has gone. */
  end(how: 'complete' | 'error' | 'cancelled', error?: unknown): void
}

interface Tap {
  /** In which the source is read. */
  readonly scope?: Scope | undefined
  /** For a stream of bytes, which takes the place of one: how many are read ahead. */
  readonly bytesAhead?: number | undefined
}

/**
 * A stream that is recorded while its reader pulls it.
 *
 * Never a `tee`: that runs ahead of its reader, and the reader's cancel does not reach the source.
 * The source is read inside `scope`, since work that is done lazily belongs to the call.
 */
export function tapStream<T>(
  source: ReadableStream<T>,
  listener: TapListener,
  { scope, bytesAhead }: Tap = {},
): ReadableStream<T> {
  const reader = source.getReader()
  const inScope = bindScope(scope)
  const read = () => reader.read()

  return createDirectStream<T>(
    {
      next() {
        listener.ask()
        return inScope(read)
      },
      receive({ done, value }) {
        if (done) listener.end('complete')
        else listener.part(value)
        return true
      },
      fail: (error) => listener.end('error', error),
      cancel(reason) {
        listener.end('cancelled')
        return inScope(() => reader.cancel(reason))
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
  scope: Scope | undefined,
): AsyncIterable<T> {
  if ('next' in source) return tapIterator(source, listener, scope)
  const own = Object.getOwnPropertyDescriptor(source, Symbol.asyncIterator)

  function restore(): void {
    if (own) Object.defineProperty(source, Symbol.asyncIterator, own)
    else Reflect.deleteProperty(source, Symbol.asyncIterator)
  }

  const value = () => {
    restore()
    return tapIterator(source, listener, scope)
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
  scope: Scope | undefined,
): AsyncGenerator<T> {
  const inScope = bindScope(scope)
  const iterator = inScope(() => source[Symbol.asyncIterator]())

  function forward(step: () => Promise<IteratorResult<T>>): Promise<IteratorResult<T>> {
    try {
      return Promise.resolve(inScope(step)).then(pass, fail)
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
    const result = await inScope(async () => iterator.return?.(value))
    return result ?? { done: true, value: undefined }
  }

  return toGenerator<T>({
    next: () => forward(advance),
    return: stop,
    throw: (error) =>
      forward(() => (iterator.throw ? iterator.throw(error) : Promise.reject(error))),
  })
}

/** A recorded stream, ready to be played. */
export interface Tape<T> {
  /** Waits until the next part is to be handed out, then gives it; after the last one, the end. */
  next(): Promise<IteratorResult<T>>
  /**
   * The next part, if it is to come in this turn of the event loop.
   *
   * @param ahead rounds of the microtask queue that it takes from here to the reader.
   */
  nextInTurn?(ahead: number): Promise<IteratorResult<T>> | undefined
  /** Whether an abort makes no difference to the next part. By default it does. */
  isDeaf?(): boolean
  /** The reader has gone before the end. */
  stop(): void
}

/**
 * Plays a tape as a web stream: the same parts, as fast as the reader pulls.
 *
 * @param bytesAhead for a stream of bytes. It takes no part that is empty, as redaction may have left one.
 */
export function playStream<T>(
  tape: Tape<T>,
  signal?: AbortSignal,
  bytesAhead?: number,
): ReadableStream<T> {
  const isHandedOn = (result: IteratorResult<T>) => result.done === true || !isEmpty(result)
  return createDirectStream<T>(
    {
      next: () => nextOf(tape, signal, 1),
      ...(bytesAhead !== undefined && { receive: isHandedOn }),
      fail: () => tape.stop(),
      cancel: () => tape.stop(),
    },
    bytesAhead,
  )
}

function nextOf<T>(
  tape: Tape<T>,
  signal: AbortSignal | undefined,
  ahead: number,
): Promise<IteratorResult<T>> {
  const heard = heardBy(tape, signal)
  if (heard?.aborted) return Promise.reject(heard.reason as Error)
  return tape.nextInTurn?.(ahead) ?? untilAborted(tape.next(), heard)
}

function isEmpty({ value }: IteratorResult<unknown>): boolean {
  return (value as Uint8Array).byteLength === 0
}

/** Plays a tape as an async iterable. */
export function playIterable<T>(tape: Tape<T>, signal?: AbortSignal): AsyncGenerator<T> {
  return toGenerator<T>({
    next: () => nextOf(tape, signal, 0),
    async return(value: unknown) {
      tape.stop()
      // As far from the reader as the end of a generator is that is recorded.
      return (async () => afterRounds(1, () => ({ done: true as const, value: value as T })))()
    },
    throw: (error) => {
      tape.stop()
      return Promise.reject(error)
    },
  })
}

function heardBy(tape: Tape<unknown>, signal: AbortSignal | undefined): AbortSignal | undefined {
  return tape.isDeaf?.() ? undefined : signal
}

/** Calls `react` when `signal` aborts, at once if it has, until what is returned is called. */
export function onAbort(signal: AbortSignal | undefined, react: () => void): () => void {
  if (signal?.aborted) react()
  else signal?.addEventListener('abort', react, { once: true })
  return () => signal?.removeEventListener('abort', react)
}

/** Settles like `promise`, or rejects with the reason of `signal` if that comes first. */
export function untilAborted<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (signal === undefined) return promise
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => reject(signal.reason))
    promise.then(resolve, reject).finally(forget)
  })
}

/** Stays in flight until `signal` aborts: the loser of a race, as it was recorded. */
export function neverSettles(signal: AbortSignal | undefined): Promise<never> {
  return untilAborted(new Promise<never>(() => {}), signal)
}

/**
 * Waits for the caller to abort, for at most `graceMs`.
 *
 * @throws the reason of the abort, when it came.
 */
export async function awaitAbort(signal: AbortSignal | undefined, graceMs: number): Promise<void> {
  if (signal === undefined) return
  await untilAborted(delay(graceMs), signal)
}

type Steps<T> = Pick<AsyncGenerator<T>, 'next' | 'return' | 'throw'>

function toGenerator<T>(steps: Steps<T>): AsyncGenerator<T> {
  const generator = {
    ...steps,
    [Symbol.asyncIterator]: () => generator,
    [Symbol.asyncDispose]: async () => void (await steps.return(undefined)),
  } as AsyncGenerator<T>
  return generator
}
