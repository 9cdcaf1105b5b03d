import type { TextStreamPart, ToolSet } from 'ai'

/**
 * The same stream, as soon as the model has begun to answer.
 *
 * A server that waits for this can still answer a call that failed with a status of its own.
 *
 * @throws what the model's call failed with.
 */
export async function whenBegun<Tools extends ToolSet>(
  stream: ReadableStream<TextStreamPart<Tools>>,
): Promise<ReadableStream<TextStreamPart<Tools>>> {
  const reader = stream.getReader()
  const before: TextStreamPart<Tools>[] = []
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    if (value.type === 'error') throw value.error
    before.push(value)
    if (value.type !== 'start' && value.type !== 'start-step') break
  }
  return new ReadableStream({
    start: (controller) => before.forEach((part) => controller.enqueue(part)),
    async pull(controller) {
      const { done, value } = await reader.read()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    cancel: (reason) => reader.cancel(reason),
  })
}
