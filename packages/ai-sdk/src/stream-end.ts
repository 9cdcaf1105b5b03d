import { runInScope, type Scope } from '@retake/core/adapter'
import { endStateOf, type EndState } from './end-state.ts'

/**
 * Tells when a streaming result of the SDK is over: read to its end, failed, or given up by its reader.
 *
 * All ways to read such a result begin at one stream, its `baseStream`, in AI SDK 5, 6 and 7. The callbacks
 * of the SDK do not tell: none is called for a reader who goes away, and being there changes how it behaves.
 *
 * @returns whether the result is one that streams.
 * @see docs/decisions/0013-ai-sdk-stand-ins.md
 */
export function watchEnd(result: unknown, scope: Scope, onEnd: (state: EndState) => void): boolean {
  if (typeof result !== 'object' || result === null) return false
  const source: unknown = Reflect.get(result, 'baseStream')
  if (!(source instanceof ReadableStream)) return false
  return Reflect.set(result, 'baseStream', watchStream(source, scope, onEnd))
}

// Read inside the scope of the operation: what goes on while the stream is read is part of it.
function watchStream(
  source: ReadableStream<unknown>,
  scope: Scope,
  onEnd: (state: EndState) => void,
): ReadableStream<unknown> {
  const reader = source.getReader()
  const read = () => reader.read()
  let state: EndState = 'ok'

  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await runInScope(scope, read)
          if (done) {
            onEnd(state)
            controller.close()
          } else {
            state = stateAfter(value) ?? state
            controller.enqueue(value)
          }
        } catch (error) {
          onEnd(endStateOf(error))
          controller.error(error)
        }
      },
      cancel(reason) {
        onEnd('aborted')
        return runInScope(scope, () => reader.cancel(reason))
      },
    },
    { highWaterMark: 0 },
  )
}

// Streams of text hold each part in an envelope, streams of objects do not.
function stateAfter(chunk: unknown): EndState | undefined {
  const part = (chunk as { part?: unknown } | undefined)?.part ?? chunk
  const type = (part as { type?: unknown } | undefined)?.type
  if (type === 'abort') return 'aborted'
  return type === 'error' ? 'error' : undefined
}
