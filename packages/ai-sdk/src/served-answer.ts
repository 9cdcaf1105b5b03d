import { ReplayNoSnapshotsError, type Streamed } from '@retake/core'
import { failSession, type Scope } from '@retake/core/adapter'
import { shapeAnswer, shapeStreamed, UnfitAnswerError } from './answer-shape.ts'
import type { Model } from './model.ts'

type Part = Readonly<Record<string, unknown>>

/**
 * Fits an answer that a replay gives to the model which is asked, since a session may have been recorded by
 * another major of the SDK, whose models answer in another shape.
 *
 * @throws {ReplayNoSnapshotsError} when it cannot be said in that shape; the replay has failed then.
 */
export function fitAnswer<T extends object>(scope: Scope, model: Model, answer: T): T {
  return refuseUnfit(scope, model, () => shapeAnswer(answer, model.specificationVersion))
}

/** The same for a stream, part by part, as fast as it is read. */
export function fitStreamed<T extends Streamed>(scope: Scope, model: Model, answer: T): T {
  const reader = (answer.stream as ReadableStream<Part>).getReader()
  const fit = (part: Part) =>
    refuseUnfit(scope, model, () => shapeStreamed(part, model.specificationVersion))

  async function next(): Promise<Part | undefined> {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return undefined
      const part = fit(value)
      if (part) return part
    }
  }

  // What is left of a stream that fails would be waited for.
  async function pull(controller: ReadableStreamDefaultController<Part>): Promise<void> {
    try {
      const part = await next()
      if (part) controller.enqueue(part)
      else controller.close()
    } catch (error) {
      reader.cancel(error).catch(() => {})
      controller.error(error)
    }
  }

  const cancel = (reason: unknown) => reader.cancel(reason)
  const stream = new ReadableStream<Part>({ pull, cancel }, { highWaterMark: 0 })
  return { ...answer, stream }
}

function refuseUnfit<T>({ session }: Scope, { provider, modelId }: Model, shape: () => T): T {
  try {
    return shape()
  } catch (error) {
    if (!(error instanceof UnfitAnswerError)) throw error
    const message = `The recorded answer of ${provider}/${modelId} cannot be served: ${error.message}. Replay it with the major of the AI SDK that recorded it, or record it again.`
    throw failSession(session, new ReplayNoSnapshotsError(message))
  }
}
