import { replayStateOf } from './replay-state.ts'
import { macrotask } from '../runtime/clock.ts'
import { type RetakeError, type Outcome, hasOutcome, outcomeOf } from '@retake/format'
import type { StartedCall } from '../session/session-state.ts'
import { playIterable, playStream } from '../streams/play-stream.ts'

/**
 * Refuses a call in the shape in which its answer would have come, as far as recordings of that name tell:
 * the error is thrown, rejects a promise, or is what a stream fails with.
 */
export function refuse(started: StartedCall, error: RetakeError): unknown {
  const { sync, stream } = recordedShape(started)
  if (started.options.sync || (sync && stream === undefined)) throw error
  if (!sync || stream === undefined) return rejected(error)
  const tape = { next: () => rejected(error), stop() {} }
  return stream.iterable ? playIterable(tape) : playStream(tape)
}

function recordedShape({ options, scope }: StartedCall): Outcome {
  const { kind, name, op } = options
  const { entries } = replayStateOf(scope.session).cassette
  const alike = entries.find(
    (entry) =>
      entry.kind === kind && entry.name === name && entry.op === op && hasOutcome(entry.event),
  )
  try {
    return (alike && outcomeOf(alike.event)) ?? {}
  } catch {
    // It is corrupt, and the call is refused already.
    return {}
  }
}

// In a turn of its own, as a call that is made would fail: what the app has handed on by then is on its way. An app
// that waits for nobody must not die of it: the session fails all the same.
function rejected(error: RetakeError): Promise<never> {
  const promise = new Promise<never>((_resolve, reject) => {
    macrotask(() => reject(error))
  })
  promise.catch(() => {})
  return promise
}
