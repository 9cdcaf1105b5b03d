import { currentScope, openEmissions, type Emissions } from '@retake/core/adapter'
import { isPromiseLike } from './promise-like.ts'
import { standIn } from './stand-in.ts'
import { writeOrdered } from './watch-streams.ts'

type Chunks = ReadableStream<unknown>

/** What `execute` of `createUIMessageStream` is given, in AI SDK 5, 6 and 7. */
export interface UiWriter {
  write(chunk: unknown): void
  merge(stream: Chunks): void
  readonly onError?: (error: unknown) => string
  /** From 7 on. */
  setOutcome?(outcome: object): void
}

interface UiStreamOptions {
  readonly execute: (given: { readonly writer: UiWriter }) => unknown
}

type CreateUiStream = (options: UiStreamOptions) => Chunks

/**
 * `createUIMessageStream`, whose writer notes what recorded tools write and merge while they run. In a replay, where
 * the tools do not run, their chunks are written again at their place.
 *
 * @see docs/decisions/0067-emissions-of-served-calls.md
 */
export function wrapUiStream(create: CreateUiStream): CreateUiStream {
  return standIn(create, {
    read: (_property, value) => value,
    apply([given]) {
      const options = given as UiStreamOptions
      const isReplay = currentScope()?.session.isReplay
      let open: Emissions | undefined
      const stream = create({
        ...options,
        execute(handed) {
          open = openFor(handed.writer)
          return open === undefined ? options.execute(handed) : execute(options, handed, open)
        },
      })
      return open === undefined || isReplay ? stream : counted(stream, open)
    },
  })
}

/**
 * A writer whose chunks come in the same order in a replay, with those of served tools among them. For writers that
 * are not given out by a wrapped `createUIMessageStream`: where only tools are wrapped, wrap the writer as well.
 *
 * @returns the writer, and a function to be called when the stream is over. Outside of a session the writer itself.
 */
export function wrapWriter<T extends UiWriter>(
  writer: T,
): { readonly writer: T; readonly end: () => void } {
  const emissions = openFor(writer)
  if (emissions === undefined) return { writer, end() {} }
  const wrapped = { ...writer, ...ordered(writer, emissions) }
  return { writer: wrapped, end: () => emissions.end() }
}

function openFor(writer: UiWriter): Emissions | undefined {
  const { stream, close } = createPlaceholder()
  const emissions = openEmissions({
    write: (chunk) => writeOrdered(() => writer.write(chunk)),
    onOver: close,
  })
  // What is written beneath served calls has nothing else that holds the stream open.
  if (emissions !== undefined && currentScope()?.session.isReplay) writer.merge(stream)
  return emissions
}

function execute(
  options: UiStreamOptions,
  handed: { readonly writer: UiWriter },
  emissions: Emissions,
): unknown {
  const { writer } = handed
  try {
    const result = options.execute({
      ...handed,
      writer: { ...writer, ...ordered(writer, emissions) },
    })
    const end = () => emissions.end()
    if (isPromiseLike(result)) result.then(end, end)
    else emissions.end()
    return result
  } catch (error) {
    emissions.end()
    throw error
  }
}

function ordered(writer: UiWriter, emissions: Emissions): Pick<UiWriter, 'write' | 'merge'> {
  return {
    write: (chunk) => emissions.push(chunk, currentScope()),
    merge(stream) {
      const { stream: placeholder, close, cancelled } = createPlaceholder()
      emissions.begin()
      // It holds the writer's stream open, and is told when its reader leaves. The chunks take our way.
      writer.merge(placeholder)
      const scope = currentScope()
      const push = (chunk: unknown) => emissions.push(chunk, scope)
      void pump({ stream, push, cancelled }, writer).then(() => {
        emissions.end()
        close()
      })
    },
  }
}

interface Pumped {
  readonly stream: Chunks
  readonly push: (chunk: unknown) => void
  readonly cancelled: (listener: (reason: unknown) => void) => void
}

// What fails beneath is a chunk of the stream, as the SDK's own `merge` makes of it.
async function pump({ stream, push, cancelled }: Pumped, writer: UiWriter): Promise<void> {
  try {
    const reader = stream.getReader()
    cancelled((reason) => void reader.cancel(reason).catch(() => {}))
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      push(value)
    }
  } catch (error) {
    push({ type: 'error', errorText: writer.onError?.(error) ?? 'An error occurred.' })
    writer.setOutcome?.({ status: 'failed', error })
  }
}

interface Placeholder {
  readonly stream: Chunks
  readonly close: () => void
  readonly cancelled: (listener: (reason: unknown) => void) => void
}

/** A stream without chunks. */
function createPlaceholder(): Placeholder {
  let controller: ReadableStreamDefaultController<unknown> | undefined
  let onCancel: ((reason: unknown) => void) | undefined
  const stream = new ReadableStream<unknown>(
    {
      start: (given) => void (controller = given),
      cancel: (reason) => onCancel?.(reason),
    },
    { highWaterMark: 0 },
  )
  return {
    stream,
    close() {
      try {
        controller?.close()
      } catch {
        // Its reader has left.
      }
    },
    cancelled: (listener) => void (onCancel = listener),
  }
}

// What is written when the stream is closed already has reached nobody.
function counted(source: Chunks, emissions: Emissions): Chunks {
  const reader = source.getReader()
  let count = 0
  return new ReadableStream<unknown>(
    {
      async pull(controller) {
        const { done, value } = await reader.read()
        if (done) {
          emissions.seal(count)
          return controller.close()
        }
        count++
        controller.enqueue(value)
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}
