import type { ReadCollector } from './read-content.ts'
import { tapStream, type TapListener } from './stream.ts'
import { isByteStream, isReadableStream } from './value-shapes.ts'

type Listener = Pick<ReadCollector, 'chunk' | 'end'>
type AnyFunction = (...args: never[]) => unknown

interface NodeReadable {
  readonly _readableState: object
  readonly readableDidRead?: boolean
  readonly locked?: undefined
  emit(event: string, ...args: unknown[]): boolean
}

interface Reader {
  read(...args: unknown[]): Promise<{ readonly done: boolean; readonly value?: unknown }>
}

/** Whether what is read of an object from now on can be followed: a stream of the web or of Node that nobody has read. */
export function isFollowable(stream: object): boolean {
  if (isReadableStream(stream)) return !stream.locked
  return isNodeReadable(stream) && stream.readableDidRead !== true
}

function isNodeReadable(stream: object): stream is NodeReadable {
  return (
    '_readableState' in stream &&
    typeof stream._readableState === 'object' &&
    'emit' in stream &&
    typeof stream.emit === 'function'
  )
}

/**
 * Tells what is read of a stream. It stays the same object, is read when its reader reads it, and no further.
 *
 * Methods of the instance are replaced: what a function does with a stream that it was given is not known before.
 */
export function followReads(stream: object, listener: Listener): void {
  if (isReadableStream(stream)) followWeb(stream, listener)
  else if (isNodeReadable(stream)) followNode(stream, listener)
}

// Whatever reads it, each chunk is told by an event.
function followNode(stream: NodeReadable, listener: Listener): void {
  const emit = stream.emit.bind(stream)
  define(stream, 'emit', (event: string, ...args: unknown[]) => {
    if (event === 'data') listener.chunk(args[0])
    if (event === 'end') listener.end()
    return emit(event, ...args)
  })
}

const NOT_TOLD: TapListener = { ask() {}, part() {}, end() {} }

function followWeb(stream: ReadableStream, listener: Listener): void {
  const bytesAhead = isByteStream(stream) ? 0 : undefined
  const getReader = stream.getReader.bind(stream) as (...args: unknown[]) => Reader
  let passed: ReadableStream | undefined
  // These read by ways of the platform's own: they are given a stream that is read by ours.
  const pass = () => (passed ??= tapStream(stream, NOT_TOLD, { bytesAhead }))
  define(stream, 'getReader', (...args: unknown[]) => {
    const reader = getReader(...args)
    followReader(reader, listener)
    return reader
  })
  for (const name of ['tee', 'pipeTo', 'pipeThrough', 'values', Symbol.asyncIterator] as const) {
    define(stream, name, (...args: never[]) => {
      const through = pass()
      return Reflect.apply(through[name] as AnyFunction, through, args) as unknown
    })
  }
}

function followReader(reader: Reader, listener: Listener): void {
  const read = reader.read.bind(reader)
  define(reader, 'read', (...args: unknown[]) => {
    const taken = read(...args)
    // Told before the reader is.
    taken.then(
      ({ done, value }) => (done ? listener.end() : listener.chunk(value)),
      () => {},
    )
    return taken
  })
}

function define(target: object, name: PropertyKey, value: unknown): void {
  Object.defineProperty(target, name, { value, configurable: true, writable: true })
}
