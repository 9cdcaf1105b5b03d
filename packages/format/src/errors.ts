/** Every code, with the HTTP status that stands for it and what it is about. */
const TABLE = {
  REPLAY_MISS: { status: 409, title: 'No recording for a call' },
  REPLAY_LEFTOVER: { status: 409, title: 'Recordings that nobody asked for' },
  REPLAY_FORBIDDEN: { status: 403, title: 'The session belongs to someone else' },
  REPLAY_SESSION_NOT_FOUND: { status: 404, title: 'No such session' },
  REPLAY_SESSION_EXPIRED: { status: 410, title: 'The session has expired' },
  REPLAY_INVALID_SESSION: { status: 422, title: 'The session cannot be read' },
  REPLAY_NO_SNAPSHOTS: { status: 424, title: 'The session holds no answers' },
  REPLAY_DISABLED: { status: 403, title: 'Replay is not enabled' },
  REPLAY_ESCAPE: { status: 409, title: 'A real call was attempted in a replay' },
  REPLAY_HEADER_INVALID: { status: 400, title: 'The replay header is malformed' },
  REQUEST_NOT_RECORDED: { status: 422, title: 'The request cannot be sent again' },
  CASSETTE_SECRET: { status: 422, title: 'A secret would have been committed' },
  OPTION_INVALID: { status: 500, title: 'An option is not valid' },
} as const

/** Names the failure; branch on this, never on the message. */
export type RetakeErrorCode = keyof typeof TABLE

// Marks our errors across copies of this package, where `instanceof` fails.
const MARK = Symbol.for('retake.error')

/** What an error tells a machine besides its code. */
export type ErrorData = Readonly<Record<string, unknown>>

/** The one class of errors that Retake throws. */
export class RetakeError extends Error {
  readonly code: RetakeErrorCode
  /** The HTTP status that stands for it. */
  readonly status: number
  readonly data: ErrorData
  /** Retrying cannot help: what is not recorded stays so. The name is the one AI SDKs look at. */
  readonly isRetryable: boolean = false

  constructor(code: RetakeErrorCode, message: string, data: ErrorData = {}) {
    super(message)
    this.name = 'RetakeError'
    this.code = code
    this.status = TABLE[code].status
    this.data = data
    Object.defineProperty(this, MARK, { value: true })
  }
}

/** Any failure of a replay. */
export class ReplayError extends RetakeError {
  override name = 'ReplayError'
}

/** No recording for a call. `data.nearest` holds the closest recordings and what differs. */
export class ReplayMissError extends ReplayError {
  override name = 'ReplayMissError'
  constructor(message: string, data?: ErrorData) {
    super('REPLAY_MISS', message, data)
  }
}

/** The scope ended with recordings that nobody asked for. */
export class ReplayLeftoverError extends ReplayError {
  override name = 'ReplayLeftoverError'
  constructor(message: string, data?: ErrorData) {
    super('REPLAY_LEFTOVER', message, data)
  }
}

/** The session belongs to someone else. */
export class ReplayForbiddenError extends ReplayError {
  override name = 'ReplayForbiddenError'
  constructor(message: string, data?: ErrorData) {
    super('REPLAY_FORBIDDEN', message, data)
  }
}

/** There is no such session. */
export class ReplaySessionNotFoundError extends ReplayError {
  override name = 'ReplaySessionNotFoundError'
  constructor(message: string, data?: ErrorData) {
    super('REPLAY_SESSION_NOT_FOUND', message, data)
  }
}

/** The session's time to live has passed. */
export class ReplaySessionExpiredError extends ReplayError {
  override name = 'ReplaySessionExpiredError'
  constructor(message: string, data?: ErrorData) {
    super('REPLAY_SESSION_EXPIRED', message, data)
  }
}

/** The session is malformed, corrupt, or from a newer format. */
export class ReplayInvalidSessionError extends ReplayError {
  override name = 'ReplayInvalidSessionError'
  constructor(message: string, data?: ErrorData) {
    super('REPLAY_INVALID_SESSION', message, data)
  }
}

/** Recorded with capture `metadata` or `off`, or cut off: there are no answers to serve. */
export class ReplayNoSnapshotsError extends ReplayError {
  override name = 'ReplayNoSnapshotsError'
  constructor(message: string, data?: ErrorData) {
    super('REPLAY_NO_SNAPSHOTS', message, data)
  }
}

/** A replay was asked for in code while the gate is closed. */
export class ReplayDisabledError extends ReplayError {
  override name = 'ReplayDisabledError'
  constructor(message: string, data?: ErrorData) {
    super('REPLAY_DISABLED', message, data)
  }
}

/** A real network call was attempted in a replay. */
export class ReplayEscapeError extends ReplayError {
  override name = 'ReplayEscapeError'
  constructor(message: string, data?: ErrorData) {
    super('REPLAY_ESCAPE', message, data)
  }
}

/** Whether an error is Retake's, whichever copy of the package made it. */
export function isRetakeError(error: unknown): error is RetakeError {
  if (typeof error !== 'object' || error === null) return false
  try {
    return Reflect.get(error, MARK) === true
  } catch {
    return false
  }
}

/** What an error says. Never throws: apps throw anything, such as a revoked Proxy. */
export function describeError(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error)
  } catch {
    return 'an error that cannot be read'
  }
}

/** Short text for a code, as used in `application/problem+json`. */
export function errorTitle(code: RetakeErrorCode): string {
  return TABLE[code].title
}
