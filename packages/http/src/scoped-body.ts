import { enterScope, type OverReason, type Scope } from '@retake/core/adapter'

export interface ScopedBodyOptions {
  /**
   * Called when the body was read to its end, failed, or was given up by the client; before the reader knows, which is
   * told of the end when what is returned has resolved.
   */
  readonly onOver: (reason: OverReason, error?: unknown) => Promise<void> | undefined | void
  /** Called with each chunk, before the reader has it. */
  readonly onChunk?: (chunk: Uint8Array) => void
}

/**
 * A body that is read inside `scope`. Servers read lazily produced bodies after the handler has
 * returned, in a context of their own, and what a body does while it is read would be lost.
 *
 * Nothing is read ahead: one pull from the server is one pull from the body.
 */
export function scopedBody(
  body: ReadableStream<Uint8Array>,
  scope: Scope,
  { onOver, onChunk }: ScopedBodyOptions,
): ReadableStream<Uint8Array> {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  const read = () => (reader ??= body.getReader()).read()

  async function pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    try {
      const { done, value } = await enterScope(scope, read)
      if (!done) {
        onChunk?.(value)
        return controller.enqueue(value)
      }
      const over = onOver('finished')
      if (over !== undefined) await over
      controller.close()
    } catch (error) {
      void onOver('error', error)
      controller.error(error)
    }
  }

  function cancel(reason: unknown): Promise<void> {
    void onOver('client_closed')
    return enterScope(scope, () => (reader ?? body).cancel(reason))
  }

  return new ReadableStream({ pull, cancel }, { highWaterMark: 0 })
}
