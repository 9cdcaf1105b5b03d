import type { CallOptions } from './session/call.ts'
import { resolveConfig, type RetakeOptions } from './resolve-config.ts'
import {
  EVENT_KINDS,
  isSessionId,
  RetakeError,
  type EventKind,
  type SessionData,
} from '@retake/format'
import { currentSessionScope } from './session/scope.ts'
import { call } from './seam/seam.ts'
import { sessionHandle } from './session/session-handle.ts'
import { createHop, isHop } from './session/hop.ts'
import type { OpenOptions, SessionOptions } from './session/session-options.ts'
import { inSpan } from './session/span.ts'
import type { Stats } from './session/stats.ts'
import type { Store } from '@retake/store'
import { installVirtual } from './stand-ins/install.ts'
import type { Session } from './session/session.ts'
import type { ReplayOptions } from './session/replay-options.ts'
import type { Config } from './session/config.ts'
import { openReplayRun, openRun } from './host/open-run.ts'
import { runReplay, runSession, type SessionBody } from './host/run-session.ts'
import { parseReplayHeader } from './replay/replay-request.ts'

/** What a process configures once. */
export interface Retake {
  /**
   * Runs `fn` as a session. Inside another session it joins that one, as a span of it; in the scope of one that is over, as
   * a timer runs that a request has started, it is a session of its own, which names the other as its `parent`.
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
    const outer = currentSessionScope()
    if (outer && !outer.session.settled) {
      const { name = 'session' } = about
      return inSpan({ kind: 'chain', name }, async () => fn(sessionHandle(outer.session)))
    }
    const { inheritedReplay: replayed } = config.gate
    if (replayed !== undefined) return replayInherited(replayed, { ...about, hop: nextHop() }, fn)
    const id = inheritedId(config)
    const inherited = id === undefined ? about : { ...about, id, hop: nextHop() }
    const parent = outer && { parent: { session: outer.session.id } }
    return runSession(openRun(config, { ...inherited, ...parent }), fn)
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
    const asked = parseReplayHeader(header)
    if (!asked.ok) throw malformed(asked.why)
    const { id: source, ...options } = asked.value
    return runReplay(await openReplayRun(config, { source, options, about: () => about }), fn)
  }

  async function replay<T>(
    source: string | SessionData,
    fn: SessionBody<T>,
    options?: ReplayOptions,
  ): Promise<T> {
    return runReplay(await openReplayRun(config, { source, options }), fn)
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
  refuseKind(kind)
  return function (this: This, ...args: Args): T {
    const request = args.length === 1 ? args[0] : args
    return call({ ...options, kind, name, request }, () => fn.apply(this, args))
  }
}

// From code without types: a session with such an event could not be read.
function refuseKind(kind: string): void {
  if (EVENT_KINDS.includes(kind as EventKind)) return
  throw new RetakeError(
    'OPTION_INVALID',
    `${JSON.stringify(kind)} is no kind of event. Use one of ${EVENT_KINDS.join(', ')}.`,
    { kind },
  )
}

/** The session that the running code belongs to. */
export function currentSession(): Session | undefined {
  const scope = currentSessionScope()
  return scope && sessionHandle(scope.session)
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
