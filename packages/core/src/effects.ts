import { delay } from './runtime/clock.ts'
import { currentSessionScope } from './session/scope.ts'
import { createRandomStream } from './runtime/random-stream.ts'
import { call } from './seam/seam.ts'
import { wallMs } from '@retake/format'

/** The time, in milliseconds since the epoch. Recorded in a session; a replay gives the recorded one. */
export function now(): number {
  return call({ kind: 'effect', name: 'now', sync: true }, wallMs)
}

/** A number from 0 up to 1. Recorded in a session; a replay gives the recorded one. */
export function random(): number {
  return call({ kind: 'effect', name: 'random', sync: true }, Math.random)
}

/** A random UUID. Recorded in a session; a replay gives the recorded one. */
export function uuid(): string {
  return call({ kind: 'effect', name: 'uuid', sync: true }, () => crypto.randomUUID())
}

/**
 * Waits for `ms` milliseconds. A replay does not wait, but keeps the order in which sleeps, answers
 * and races came out.
 */
export function sleep(ms: number, { signal }: { signal?: AbortSignal } = {}): Promise<void> {
  const request = { ms }
  return call({ kind: 'effect', name: 'sleep', request, ...(signal ? { signal } : {}) }, () =>
    delay(ms, signal),
  )
}

/** Runs `fn` once, when the session is recorded; a replay gives its outcome without running it. */
export function effect<T>(name: string, fn: () => T): T {
  return call({ kind: 'effect', name }, fn)
}

/**
 * The next number of the session's own pseudo-random stream, seeded alike live and replayed.
 *
 * For adapters that make the ids of an SDK come out the same. `undefined` outside of a session, and
 * beneath recorded calls, which a replay does not run: their draws would shift all that follow.
 */
export function seededRandom(): number | undefined {
  const scope = currentSessionScope()
  if (scope === undefined || scope.beneath !== undefined) return undefined
  const { session, frame } = scope
  // Where `Math.random` is virtual, what adapters draw and what the app draws are the same.
  if (session.virtual?.drawsRandom) return session.virtual.random(frame.path)
  session.random ??= createRandomStream(session.record.seed)
  return session.random()
}
