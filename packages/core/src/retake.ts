import { enterScope } from './session/enter-scope.ts'
import type { CallOptions } from './session/call.ts'
import { resolveConfig, type RetakeOptions } from './resolve-config.ts'
import {
  describeError,
  ReplayDisabledError,
  RetakeError,
  type EventKind,
  type SessionData,
  isSessionId,
} from '@retake/format'
import { checkData } from './replay/check-data.ts'
import { leftoverError, loadReplayable, openReplay } from './replay/replay.ts'
import { currentScope, runInScope } from './session/scope.ts'
import { call } from './seam/seam.ts'
import { sessionHandle } from './session/session-handle.ts'
import { finishSession, openSession, whenSettled } from './session/lifecycle.ts'
import { createHop, isHop } from './session/hop.ts'
import type { OpenOptions, SessionOptions } from './session/session-options.ts'
import type { OverReason, SessionState } from './session/session-state.ts'
import { inSpan } from './session/span.ts'
import type { Stats } from './session/stats.ts'
import type { Store } from '@retake/store'
import { installVirtual } from './stand-ins/install.ts'
import { rootFrame } from './session/frame.ts'
import type { Session } from './session/session.ts'
import type { ReplayOptions } from './session/replay-options.ts'
import type { Config } from './session/config.ts'
import { parseReplayHeader } from './replay/replay-request.ts'

/** What a process configures once. */
export interface Retake {
  /**
   * Runs `fn` as a session. Inside another session it joins that one, as a span of it.
   *
   * @returns what `fn` returns; its errors pass through, and make the session a failure.
   */
  session<T>(fn: (session: Session) => T | PromiseLike<T>): Promise<T>
  session<T>(options: SessionOptions, fn: (session: Session) => T | PromiseLike<T>): Promise<T>
  /**
   * Runs `fn` with the recorded answers of a session: its id, or what a cassette file holds.
   *
   * @throws {RetakeError} the first miss, whatever `fn` made of it; leftovers, when `fn` returned;
   * `REPLAY_DISABLED` when the environment does not set `RETAKE_REPLAY_ENABLED`; and what keeps a
   * session from being loaded.
   */
  replay<T>(
    source: string | SessionData,
    fn: (session: Session) => T | PromiseLike<T>,
    options?: ReplayOptions,
  ): Promise<T>
  /** A function that opens a session each time it is called, named after it unless `options` say otherwise. */
  traced<Args extends unknown[], T>(
    fn: (...args: Args) => T | PromiseLike<T>,
    options?: SessionOptions,
  ): (...args: Args) => Promise<T>
  /** A function whose calls are recorded and replayed. Its arguments are the request. */
  recorded: typeof recorded
  /** Counters since this instance was created. */
  stats(): Readonly<Stats>
  /** Resolves when the store has kept what was recorded so far. */
  flush(): Promise<void>
  readonly store: Store
  /** The resolved options, for adapters. */
  readonly config: Config
}

/** Creates an instance. All options have defaults; nothing needs an account, a server or a key. */
export function createRetake(options: RetakeOptions = {}): Retake {
  const config = resolveConfig(options)
  installVirtual(config.virtualize)

  // No async function, nor one within `runSession`: each of them costs an open session a fifth of its memory.
  function session<T>(...args: [SessionBody<T>] | [SessionOptions, SessionBody<T>]): Promise<T> {
    const [about, fn] = args.length === 1 ? [{}, args[0]] : args
    const outer = currentScope()
    if (outer) {
      const { name = 'session' } = about
      return inSpan({ kind: 'chain', name }, async () => fn(sessionHandle(outer.session)))
    }
    const { inheritedReplay: replayed } = config.gate
    if (replayed !== undefined) return replayInherited(replayed, { ...about, hop: nextHop() }, fn)
    const id = inheritedId(config)
    const inherited = id === undefined ? about : { ...about, id, hop: nextHop() }
    return runSession(openSession(config, inherited), fn)
  }

  // A child may open several sessions, and each of them is a part of its own of the parent's.
  let opened = 0
  function nextHop(): string | undefined {
    const { inheritedHop } = config.gate
    return isHop(inheritedHop) ? createHop(inheritedHop, opened++) : undefined
  }

  async function replayInherited<T>(
    header: string,
    about: OpenOptions,
    fn: SessionBody<T>,
  ): Promise<T> {
    if (!config.gate.replayEnabled) throw disabled()
    const asked = parseReplayHeader(header)
    if (!asked.ok) throw malformed(asked.why)
    const { id, ...replayOptions } = asked.value
    const data = await loadReplayable(config, id)
    return runReplay(openReplay(config, data, replayOptions, about), fn)
  }

  async function replay<T>(
    source: string | SessionData,
    fn: SessionBody<T>,
    replayOptions?: ReplayOptions,
  ): Promise<T> {
    if (!config.gate.replayEnabled) throw disabled()
    const data =
      typeof source === 'string' ? await loadReplayable(config, source) : checkData(source)
    return runReplay(openReplay(config, data, replayOptions), fn)
  }

  return {
    session,
    replay,
    recorded,
    traced:
      (fn, about) =>
      (...args) =>
        session({ name: fn.name || 'traced', ...about }, () => fn(...args)),
    stats: () => ({ ...config.stats }),
    flush: async () => config.store.flush?.(),
    store: config.store,
    config,
  }
}

const DEFAULT = Symbol.for('retake.default.v1')

/** The instance that adapters use when they are given none: all defaults, one per process. */
export function defaultRetake(): Retake {
  const holder = globalThis as { [DEFAULT]?: Retake }
  return (holder[DEFAULT] ??= createRetake())
}

/** A function whose calls are recorded and replayed. Its arguments are the request. */
export function recorded<This, Args extends unknown[], T>(
  kind: EventKind,
  name: string,
  fn: (this: This, ...args: Args) => T,
  options: Omit<CallOptions, 'kind' | 'name' | 'request'> = {},
): (this: This, ...args: Args) => T {
  return function (this: This, ...args: Args): T {
    const request = args.length === 1 ? args[0] : args
    return call({ ...options, kind, name, request }, () => fn.apply(this, args))
  }
}

/** The session that the running code belongs to. */
export function currentSession(): Session | undefined {
  const scope = currentScope()
  return scope && sessionHandle(scope.session)
}

type SessionBody<T> = (session: Session) => T | PromiseLike<T>

function runSession<T>(session: SessionState, fn: SessionBody<T>): Promise<T> {
  return enterScope({ session, frame: rootFrame() }, runBody, session, fn)
}

// Waits within the scope: Node makes another context for what follows `AsyncLocalStorage.run`, which each
// open session would hold.
async function runBody<T>(session: SessionState, fn: SessionBody<T>): Promise<T> {
  try {
    const result = await fn(sessionHandle(session))
    finish(session, 'finished')
    return result
  } catch (error) {
    session.endReason ??= describeError(error)
    finish(session, 'error')
    throw error
  }
}

// What is done about a session that is over is none of its work.
function finish(session: SessionState, reason: OverReason): void {
  runInScope(undefined, finishSession, session, reason)
}

async function runReplay<T>(session: SessionState, fn: SessionBody<T>): Promise<T> {
  const outcome = await settleOf(runSession(session, fn))
  await whenSettled(session)
  if (session.failure) throw session.failure
  if (!outcome.ok) throw outcome.error
  const leftover = leftoverError(session)
  if (leftover) throw leftover
  return outcome.value
}

type Settled<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: unknown }

async function settleOf<T>(promise: Promise<T>): Promise<Settled<T>> {
  try {
    return { ok: true, value: await promise }
  } catch (error) {
    return { ok: false, error }
  }
}

function inheritedId({ gate }: Config): string | undefined {
  const { inheritedSession: id } = gate
  return id !== undefined && isSessionId(id) ? id : undefined
}

function malformed(why: string): RetakeError {
  return new RetakeError(
    'REPLAY_HEADER_INVALID',
    `RETAKE_REPLAY must hold exactly one session id, with parameters such as ;match=strict;miss=live. It is ${why}. Set it by childEnvironment().`,
    { why },
  )
}

function disabled(): ReplayDisabledError {
  return new ReplayDisabledError(
    'Replay is off. Set RETAKE_REPLAY_ENABLED=1 in the environment before the process starts.',
  )
}
