import { lazily } from '@retake/format'

/** What a stream is read from. */
export interface PartSource<T> {
  /** Asked for one part at a time. */
  next(): Promise<IteratorResult<T>>
  /** Told what came before the reader is. What it says `false` to is not handed on. */
  receive?(result: IteratorResult<T>): boolean
  /** Told what the source failed with before the reader is. */
  fail?(error: unknown): void
  /** The reader has gone. */
  cancel(reason: unknown): void | Promise<void>
}

type Controller<T> = ReadableStreamDefaultController<T> | ReadableByteStreamController

/**
 * A web stream whose default readers get each part right from its source, where the platform's way leads through a
 * queue and a request for each: a fifth of what it costs to replay a stream, and most of all where it is one of bytes.
 *
 * Pipes, `tee`, readers into buffers, and reads that overlap go the way of the platform, which holds the state as well:
 * locks, the end, errors.
 *
 * @param bytesAhead makes it a stream of bytes, of which so many are read ahead. Otherwise one read is one part from the
 * source.
 * @see docs/decisions/0062-streams-are-read-directly.md
 */
export function createDirectStream<T>(
  source: PartSource<T>,
  bytesAhead?: number,
): ReadableStream<T> {
  const ahead = bytesAhead ?? 0
  const feed = createFeed(source)
  const { start, pull, cancel } = feed
  const type = bytesAhead === undefined ? undefined : 'bytes'
  const underlying = { type, start, pull, cancel } as UnderlyingDefaultSource<T>
  // What is read ahead lies in the queue.
  const stream =
    ahead > 0
      ? new ReadableStream(underlying, { highWaterMark: ahead })
      : new (directStream())<T>(feed, underlying)
  if (bytesAhead !== undefined) feeds.set(stream, { feed, ahead })
  return stream
}

const feeds = new WeakMap<
  ReadableStream,
  { readonly feed: Pick<Feed<never>, 'pull' | 'queuedBytes'>; readonly ahead: number }
>()

/**
 * Reads a stream of bytes that was made here although nobody asks for them. They lie in its queue for a later reader.
 *
 * @param mostBytes of the queue, after which no more is asked for.
 * @returns once the source is at its end, so much is queued, or somebody reads the stream.
 */
export async function readAhead(stream: ReadableStream, mostBytes: number): Promise<void> {
  const known = feeds.get(stream)
  if (known === undefined) return
  const { feed, ahead } = known
  while (!stream.locked && feed.queuedBytes(ahead) < mostBytes) await feed.pull()
}

// Who reads a stream of bytes into a buffer is waiting for it, and is told nothing otherwise.
function closeStream(controller: Controller<never>): void {
  controller.close()
  if ('byobRequest' in controller) controller.byobRequest?.respond(0)
}

// A stream of bytes takes the buffer of what it is given, which may be one that others hold as well.
function ownBytes(bytes: Uint8Array): Uint8Array {
  return bytes.buffer.byteLength === bytes.byteLength ? bytes : new Uint8Array(bytes)
}

interface Feed<T> {
  readonly start: (controller: Controller<T>) => void
  readonly pull: () => Promise<void>
  readonly cancel: (reason: unknown) => void | Promise<void>
  /** Whether nothing is queued, asked for, or over. */
  readonly isIdle: () => boolean
  /** The next part, past the queue. Only when it is idle. */
  readonly take: () => Promise<ReadableStreamReadResult<T>>
  /** Has an iterator know when it is over, which has no look at each part. */
  readonly whenOver: (leave: (() => void) | undefined) => void
  /** Another reader is to get what one has asked for that has gone. */
  readonly abandon: () => void
  /** How much lies in the queue; no end of it when the source is over. */
  readonly queuedBytes: (highWaterMark: number) => number
  /** Notes a read that goes the way of the platform. */
  readonly queue: <R>(read: Promise<R>) => Promise<R>
}

interface Taker<T> {
  readonly resolve: (result: ReadableStreamReadResult<T>) => void
  readonly reject: (error: unknown) => void
}

const DONE = { done: true, value: undefined } as const

function createFeed<T>(source: PartSource<T>): Feed<T> {
  let controller: Controller<T>
  let taker: Taker<T> | undefined
  // What the source was asked for, and has not given yet.
  let pending: Promise<boolean> | undefined
  let queued = 0
  let isOver = false
  let leave: (() => void) | undefined

  // Written with callbacks, since this is what every part of every stream costs.
  function ask(): Promise<boolean> {
    return (pending = source.next().then(pass, fail))
  }

  // Whether it went the way of the platform.
  function pass(result: IteratorResult<T>): boolean | Promise<boolean> {
    pending = undefined
    if (source.receive?.(result) === false && !isOver) return ask()
    const taken = taker
    taker = undefined
    if (isOver) return true
    if (result.done) {
      isOver = true
      closeStream(controller)
      taken?.resolve(DONE)
      leave?.()
      return true
    }
    if (taken) taken.resolve(result as ReadableStreamReadResult<T>)
    else enqueue(result.value)
    return taken === undefined
  }

  function fail(error: unknown): true {
    pending = undefined
    source.fail?.(error)
    const taken = taker
    taker = undefined
    if (isOver) return true
    isOver = true
    controller.error(error)
    taken?.reject(error)
    leave?.()
    return true
  }

  // What one has asked for that has gone comes by way of the queue. What is taken does not.
  async function pull(): Promise<void> {
    const isQueued = await (pending ?? ask())
    if (!isQueued && !isOver) await ask()
  }

  function enqueue(value: T): void {
    const isOfBytes = 'byobRequest' in controller
    controller.enqueue((isOfBytes ? ownBytes(value as Uint8Array) : value) as never)
  }

  function take(resolve: Taker<T>['resolve'], reject: Taker<T>['reject']): void {
    taker = { resolve, reject }
    void ask()
  }

  function unqueue(): void {
    queued--
  }

  return {
    start: (given) => void (controller = given),
    pull,
    cancel(reason) {
      isOver = true
      taker?.resolve(DONE)
      taker = undefined
      return source.cancel(reason)
    },
    queuedBytes: (highWaterMark) =>
      isOver ? Number.POSITIVE_INFINITY : highWaterMark - (controller.desiredSize ?? 0),
    isIdle: () => pending === undefined && queued === 0 && !isOver && controller.desiredSize === 0,
    take: () => new Promise(take),
    whenOver: (given) => void (leave = given),
    abandon() {
      taker?.reject(new TypeError('The reader was released.'))
      taker = undefined
    },
    queue(read) {
      queued++
      read.then(unqueue, unqueue)
      return read
    },
  }
}

// Made when the first stream is: to look at these globals has Node load them, and some runtimes have none.
const directStream = lazily(() => {
  class DirectStream<T> extends ReadableStream<T> {
    readonly #feed: Feed<T>

    constructor(feed: Feed<T>, underlying: UnderlyingDefaultSource<T>) {
      super(underlying, { highWaterMark: 0 })
      this.#feed = feed
    }

    override getReader(options?: ReadableStreamGetReaderOptions): never {
      const reader =
        options?.mode === undefined
          ? new DirectReader<T>(this, this.#feed)
          : super.getReader(options as { mode: 'byob' })
      return reader as never
    }

    override values(options?: ReadableStreamIteratorOptions): ReadableStreamAsyncIterator<T> {
      return iterate(new DirectReader<T>(this, this.#feed), this.#feed, options)
    }

    override [Symbol.asyncIterator](
      options?: ReadableStreamIteratorOptions,
    ): ReadableStreamAsyncIterator<T> {
      return this.values(options)
    }
  }

  class DirectReader<T> extends ReadableStreamDefaultReader<T> {
    readonly #feed: Feed<T>
    #isReleased = false

    constructor(stream: ReadableStream<T>, feed: Feed<T>) {
      super(stream)
      this.#feed = feed
    }

    override read(): Promise<ReadableStreamReadResult<T>> {
      const feed = this.#feed
      if (this.#isReleased) return super.read()
      return feed.isIdle() ? feed.take() : feed.queue(super.read())
    }

    override releaseLock(): void {
      if (!this.#isReleased) this.#feed.abandon()
      this.#isReleased = true
      super.releaseLock()
    }
  }

  return DirectStream
})

// Of all async iterators, so that what an app has put there is found.
const iteratorPrototype = lazily(() =>
  prototypeOf(prototypeOf(prototypeOf((async function* () {})()))),
)

function prototypeOf(value: object): object {
  return Object.getPrototypeOf(value) as object
}

function iterate<T>(
  reader: ReadableStreamDefaultReader<T>,
  feed: Feed<T>,
  { preventCancel = false }: ReadableStreamIteratorOptions = {},
): ReadableStreamAsyncIterator<T> {
  let isOver = false
  let latest: Promise<unknown> = Promise.resolve()

  function leave(): void {
    if (isOver) return
    isOver = true
    feed.whenOver(undefined)
    reader.releaseLock()
  }

  // Nearly always it is idle: then nothing is done for a part but to ask for it.
  function next(): Promise<IteratorResult<T, undefined>> {
    const step = feed.isIdle() ? feed.take() : latest.then(advance, advance)
    latest = step
    return step as Promise<IteratorResult<T, undefined>>
  }

  async function advance(): Promise<ReadableStreamReadResult<T>> {
    if (isOver) return DONE
    try {
      const result = await reader.read()
      if (result.done) leave()
      return result
    } catch (error) {
      leave()
      throw error
    }
  }

  async function stop(value: unknown): Promise<IteratorResult<T, undefined>> {
    if (!isOver) {
      const cancelled = preventCancel ? undefined : reader.cancel(value)
      leave()
      await cancelled
    }
    return { done: true, value: value as undefined }
  }

  feed.whenOver(leave)
  return Object.assign(Object.create(iteratorPrototype()), {
    next,
    return(value: unknown) {
      const step = latest.then(
        () => stop(value),
        () => stop(value),
      )
      latest = step
      return step
    },
  }) as ReadableStreamAsyncIterator<T>
}
