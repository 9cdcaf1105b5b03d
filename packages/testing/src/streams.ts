/** A web stream of the given parts; one that is an `Error` breaks the stream off. */
export function streamOf<T>(parts: Iterable<T | Error>): ReadableStream<T> {
  const iterator = parts[Symbol.iterator]()
  return new ReadableStream<T>(
    {
      pull(controller) {
        const step = iterator.next()
        if (step.done) controller.close()
        else if (step.value instanceof Error) controller.error(step.value)
        else controller.enqueue(step.value)
      },
    },
    { highWaterMark: 0 },
  )
}

/** All parts of a stream or an async iterable. */
export async function readAll<T>(source: AsyncIterable<T> | ReadableStream<T>): Promise<T[]> {
  const parts: T[] = []
  for await (const part of source as AsyncIterable<T>) parts.push(part)
  return parts
}
