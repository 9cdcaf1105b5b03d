/** One thing that was looked at. */
export interface Finding {
  readonly level: 'ok' | 'warn' | 'fail'
  readonly code: string
  readonly message: string
  /** What to do about it. */
  readonly wayOut?: string
}

/** All is well with something. */
export function ok(code: string, message: string): Finding {
  return { level: 'ok', code, message }
}

/** Something that may be meant, or that costs something. */
export function warn(code: string, message: string, wayOut: string): Finding {
  return { level: 'warn', code, message, wayOut }
}

/** Something that cannot work. */
export function fail(code: string, message: string, wayOut: string): Finding {
  return { level: 'fail', code, message, wayOut }
}
