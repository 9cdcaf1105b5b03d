import type { Encoded, Outcome, StreamOutcome } from './event.ts'

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
  let changed = outcome
  if (outcome.value !== undefined) changed = replace(changed, 'value', change(outcome.value))
  if (outcome.error !== undefined) changed = replace(changed, 'error', change(outcome.error))
  if (outcome.stream) {
    changed = replace(changed, 'stream', mapStream(outcome.stream, change, changeParts))
  }
  return changed
}

function mapStream(
  stream: StreamOutcome,
  change: (value: Encoded) => Encoded,
  changeParts: ChangeParts,
): StreamOutcome {
  const changed = replace(stream, 'parts', changeParts(stream.parts))
  return stream.error === undefined ? changed : replace(changed, 'error', change(stream.error))
}

function replace<T extends object, Key extends keyof T>(whole: T, key: Key, part: T[Key]): T {
  return whole[key] === part ? whole : { ...whole, [key]: part }
}
