import { CommanderError } from 'commander'
import { isRetakeError, type RetakeErrorCode } from '@retake/core'
import { EXIT, type ExitCode } from './exit-codes.ts'

/** Why a command came to no result: one line for people, and a code for scripts. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly exitCode: ExitCode
  /** In the form of the codes of `RetakeError`. */
  readonly code: string

  constructor(code: string, exitCode: ExitCode, message: string) {
    super(message)
    this.code = code
    this.exitCode = exitCode
  }
}

/** A failure, as it is shown. */
export interface Failure {
  readonly code: string
  readonly exitCode: ExitCode
  readonly message: string
}

const CODES: Readonly<Partial<Record<RetakeErrorCode, ExitCode>>> = {
  REPLAY_MISS: EXIT.miss,
  REPLAY_LEFTOVER: EXIT.miss,
  REPLAY_ESCAPE: EXIT.miss,
  REPLAY_SESSION_NOT_FOUND: EXIT.notFound,
  REPLAY_FORBIDDEN: EXIT.closed,
  REPLAY_DISABLED: EXIT.closed,
  REPLAY_SESSION_EXPIRED: EXIT.invalid,
  REPLAY_INVALID_SESSION: EXIT.invalid,
  REPLAY_NO_SNAPSHOTS: EXIT.invalid,
  CASSETTE_SECRET: EXIT.differs,
  OPTION_INVALID: EXIT.usage,
  REPLAY_HEADER_INVALID: EXIT.usage,
  REQUEST_NOT_RECORDED: EXIT.invalid,
}

/** Says what went wrong, and with which exit code the command ends. */
export function toFailure(error: unknown): Failure {
  if (error instanceof CommandError) return error
  if (error instanceof CommanderError) {
    return { code: 'USAGE', message: error.message, exitCode: EXIT.usage }
  }
  if (isRetakeError(error)) {
    const { code, message } = error
    return { code, message, exitCode: CODES[code] ?? EXIT.internal }
  }
  const message = error instanceof Error ? error.message : String(error)
  const code = codeOf(error)
  if (code === 'ENOENT') return { code, message, exitCode: EXIT.notFound }
  if (code === 'EACCES' || code === 'EPERM') return { code, message, exitCode: EXIT.invalid }
  return { code: code ?? 'INTERNAL', message, exitCode: EXIT.internal }
}

function codeOf(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { readonly code?: unknown }
  return typeof code === 'string' ? code : undefined
}

/** The exit code for a problem that a server answers with, by its code. */
export function exitCodeOfProblem(code: string): ExitCode {
  return CODES[code as RetakeErrorCode] ?? EXIT.internal
}
