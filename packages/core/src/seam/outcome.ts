import type { Encoded, Outcome, StreamOutcome } from '../event.ts'

/** Changes the parts of a stream, as one list. */
type ChangeParts = (parts: readonly Encoded[]) => readonly Encoded[]

/**
 * Changes the encoded values of an outcome. The parts of a stream are passed as one list.
 * When nothing changes, the same object comes back.
 */
export function mapOutcome(
  outcome: Outcome,
  change: (value: Encoded) => Encoded,
  changeParts: ChangeParts = (parts) => change(parts) as readonly Encoded[],
): Outcome {
  const { value, error, stream } = outcome
  return patch(outcome, {
    ...(value !== undefined && { value: change(value) }),
    ...(error !== undefined && { error: change(error) }),
    ...(stream && { stream: mapStream(stream, change, changeParts) }),
  })
}

function mapStream(
  stream: StreamOutcome,
  change: (value: Encoded) => Encoded,
  changeParts: ChangeParts,
): StreamOutcome {
  const { parts, error } = stream
  return patch(stream, {
    parts: changeParts(parts),
    ...(error !== undefined && { error: change(error) }),
  })
}

function patch<T extends object>(whole: T, changes: Partial<T>): T {
  const keys = Object.keys(changes) as (keyof T)[]
  return keys.every((key) => changes[key] === whole[key]) ? whole : { ...whole, ...changes }
}
