import type { Frame } from './frame.ts'
import type { LeftoverPolicy } from './replay-options.ts'

/** A session while it runs, as adapters see it. There is one implementation, and only core makes it. */
export interface RunningSession {
  readonly id: string
  /** Calls are served from a recording. */
  readonly isReplay: boolean
  /** In a replay: what recordings that no call was served lead to. */
  readonly onLeftover: LeftoverPolicy | undefined
  /** Logs a warning once per `kind` and instance. */
  warn(kind: string, text: string): void
  /** Logs a text where the instance logs to. */
  log(text: string): void
}

/** Where code runs. */
export interface Scope {
  readonly session: RunningSession
  readonly frame: Frame
  /** `seq` of the enclosing event. */
  readonly parent?: number
  /**
   * Beneath a recorded call. `call`: its own calls are recorded as its children. `leaf`: it is recorded
   * as a whole, and what runs here passes through, so that nothing is recorded twice.
   */
  readonly beneath?: 'call' | 'leaf'
  /** Inside a call that a replay lets through: the fence lets its traffic pass. */
  readonly live?: true
}
