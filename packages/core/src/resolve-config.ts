import {
  createCapture,
  createRedactor,
  processEnvironment,
  secretValues,
  type RedactOptions,
  type CaptureField,
  type Environment,
} from '@retake/redact'
import { RetakeError, type CaptureLevel, type VirtualKind, realOf } from '@retake/format'
import { resolveFence, type FenceOptions } from './fence/resolve-fence.ts'
import { hostName, resolveGate } from './runtime/gate.ts'
import { refuseUnknown, type OptionNames } from './runtime/known-options.ts'
import { createStats } from './session/stats.ts'
import type { Store } from '@retake/store'
import { createDirectoryStore } from '@retake/store/directory'
import { resolveVirtualize } from './virtual/kinds.ts'
import type {
  SessionOutline,
  EndedSession,
  LateCall,
  PricedCall,
  MadeCall,
  Config,
} from './session/config.ts'

export interface RetakeOptions {
  /** Name of this service in a chain of services. A service replays only its own calls. */
  service?: string
  /**
   * Where sessions are kept.
   *
   * @default the directory store in `.retake`
   */
  store?: Store
  /**
   * How much is stored. `redacted` keeps all but credentials and secrets; `full` keeps these too;
   * `metadata` keeps names, durations and counts; `off` keeps that there was a session. Only the first
   * two can be replayed.
   *
   * @default 'redacted'
   */
  capture?: CaptureLevel
  /** Fields to leave out, such as `{ userInput: false }`. All are stored by default. */
  fields?: Partial<Record<CaptureField, boolean>>
  /** What is removed besides credentials. */
  redact?: RedactOptions
  /**
   * Which sessions are stored: a share from 0 to 1, or a function. Decided when a session starts;
   * a session that fails is stored all the same.
   *
   * @default 1
   */
  sample?: number | ((session: SessionOutline) => boolean)
  /**
   * Whether requests in which nothing was recorded leave a session behind. Those that fail always do.
   *
   * @default false
   */
  keepEmpty?: boolean
  /** Decides when a session has ended whether it stays. By default all do. */
  keep?: (session: EndedSession) => boolean
  /**
   * After how many days a stored session is not replayed any more.
   *
   * @default 30
   */
  expiresAfterDays?: number
  /**
   * What a call cost, in USD, by what it used. Retake knows no prices itself; `undefined` means unknown.
   */
  price?: (call: PricedCall) => number | undefined
  /**
   * Whether calls are made for real that run in the scope of a session that is over, while a replay is open in this
   * process: all, or those that a function says `true` to. Such a call may be a part of that replay, whose callback was bound
   * to another request, as pools of connections do. By default it is refused with `REPLAY_ESCAPE`, and counted in the
   * status of every replay that is open. It is for workers and timers that requests have started; better, start them
   * with `detached()`.
   *
   * @default false
   */
  allowLate?: boolean | ((call: LateCall) => boolean)
  /**
   * Told of every call when it is made, in a replay too: before it is looked up, and with the request as the code
   * asks it now, in the form in which it would be stored. For tests, which assert what code sends.
   */
  onCall?: (call: MadeCall) => void
  /**
   * Longest time that a session whose response is over waits for what is still running, in milliseconds.
   *
   * @default 30000
   */
  drainMs?: number
  /**
   * Most that is kept of one stream, in characters. What comes after still reaches the reader, but the
   * stream is marked as truncated and cannot be replayed.
   *
   * @default 33554432
   */
  maxStreamChars?: number
  /**
   * What a replay gives the code again although it was not asked for by `now()`, `random()` or `uuid()`:
   * `date` for `Date`, `random` for `Math.random`, `uuid` for the UUIDs, numbers and short bytes of `crypto`,
   * `timers` for `setTimeout` and its like, `node:timers/promises` and `AbortSignal.timeout`, which fire in the recorded
   * order and without waiting.
   * These globals are replaced for as long as the process lives, and are the real ones outside of this
   * instance's sessions. Whoever reads a session can work out its UUIDs and bytes: leave out `uuid` where they
   * are secrets.
   *
   * @default nothing
   * @see docs/architecture.md#time-and-randomness
   */
  virtualize?: readonly VirtualKind[]
  /**
   * What a replay may send over the network for real though nothing records it. All else is refused before it is sent,
   * and warned of while recording. `false` lets everything pass that no adapter refuses.
   *
   * @default this machine, and the exporters of LangSmith, OpenTelemetry, Sentry and the like
   */
  fence?: FenceOptions | false
  /**
   * Where warnings and the reports of replays go; `false` for nowhere.
   *
   * @default console.error
   */
  log?: ((text: string) => void) | false
  /**
   * The environment to read the gate from.
   *
   * @default process.env
   */
  environment?: Environment
}

const OPTIONS: OptionNames<RetakeOptions> = {
  service: true,
  store: true,
  capture: true,
  fields: true,
  redact: true,
  sample: true,
  keepEmpty: true,
  keep: true,
  expiresAfterDays: true,
  price: true,
  allowLate: true,
  onCall: true,
  drainMs: true,
  maxStreamChars: true,
  virtualize: true,
  fence: true,
  log: true,
  environment: true,
}

/** Resolves options, and checks them: a bad one is an error at start, not at the first request. */
export function resolveConfig(options: RetakeOptions = {}): Config {
  refuseUnknown(options, OPTIONS, 'createRetake')
  const { expiresAfterDays = 30, drainMs = 30_000, maxStreamChars = 2 ** 25 } = options
  checkPositive({ expiresAfterDays, drainMs, maxStreamChars })
  const environment = options.environment ?? processEnvironment()
  const gate = resolveGate(environment)
  const host = hostName(environment)
  const log = resolveLog(options.log)
  return {
    ...(options.service === undefined ? {} : { service: options.service }),
    ...(host === undefined ? {} : { host }),
    store: options.store ?? createDirectoryStore(),
    capture: createCapture({ level: options.capture, fields: options.fields }),
    redactor: createRedactor({
      ...options.redact,
      secrets: [...secretValues(environment), ...(options.redact?.secrets ?? [])],
    }),
    gate,
    stats: createStats(),
    expiresAfterDays,
    drainMs,
    maxStreamChars,
    virtualize: resolveVirtualize(options.virtualize),
    sample: resolveSample(options.sample),
    keepEmpty: options.keepEmpty ?? false,
    keep: options.keep ?? (() => true),
    price: options.price ?? (() => undefined),
    allowLate: resolveAllowLate(options.allowLate),
    onCall: options.onCall,
    fence: options.fence === false ? undefined : resolveFence(options.fence),
    log,
    warn: warnOnce(log),
  }
}

function resolveSample(sample: RetakeOptions['sample'] = 1): Config['sample'] {
  if (typeof sample === 'function') return (session) => sample(session())
  if (!(sample >= 0 && sample <= 1)) {
    throw new RetakeError('OPTION_INVALID', `sample must be from 0 to 1, not ${sample}.`, {
      option: 'sample',
    })
  }
  return sample === 1 ? undefined : () => realOf(Math.random)() < sample
}

function resolveAllowLate(allow: RetakeOptions['allowLate'] = false): Config['allowLate'] {
  return typeof allow === 'function' ? allow : () => allow
}

function resolveLog(log: RetakeOptions['log'] = (text) => console.error(text)): Config['log'] {
  if (log === false) return () => {}
  return (text) => {
    // It is called from within the app's own calls.
    try {
      log(text)
    } catch {}
  }
}

function warnOnce(log: Config['log']): Config['warn'] {
  const seen = new Set<string>()
  return (kind, text) => {
    if (seen.has(kind)) return
    seen.add(kind)
    log(`retake: ${text}`)
  }
}

function checkPositive(numbers: Readonly<Record<string, number>>): void {
  for (const [option, value] of Object.entries(numbers)) {
    if (!(value > 0)) {
      throw new RetakeError(
        'OPTION_INVALID',
        `${option} must be a positive number, not ${value}.`,
        { option },
      )
    }
  }
}
