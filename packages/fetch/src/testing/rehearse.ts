import {
  rehearse as rehearseCode,
  type Rehearsal as Rehearsed,
  type RehearsalOptions as RehearsedOptions,
} from '@retake/testing'
import { startUpstream, type Listener } from './upstream.ts'

export interface Rehearsal<T> extends Rehearsed<T> {
  /** Requests that reached the server, while it was recorded and replayed. */
  readonly requests: number
}

export type RehearsalOptions = Omit<RehearsedOptions, 'stop'>

/** Records `run` with a server that listens, stops the server, and replays `run`. */
export async function rehearse<T>(
  listener: Listener,
  run: (url: string) => Promise<T>,
  options: RehearsalOptions = {},
): Promise<Rehearsal<T>> {
  const upstream = await startUpstream(listener)
  const stop = () => upstream.close()
  const rehearsal = await rehearseCode(() => run(upstream.url), { ...options, stop })
  return { ...rehearsal, requests: upstream.requests }
}
