import { createDirectStream } from './direct-stream.ts'
import { afterRounds } from './rounds.ts'
import { untilAborted } from './abort.ts'
import { toGenerator } from './generator.ts'

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
