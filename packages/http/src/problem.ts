import { errorTitle, type RetakeError } from '@retake/format'

/** An answer that takes the place of the app's. */
export interface Problem {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * An error as `application/problem+json`.
 *
 * @see RFC 9457
 */
export function toProblem(error: RetakeError): Problem {
  const { code, status, message, data } = error
  const standard = { type: 'about:blank', title: errorTitle(code), status, detail: message, code }
  // Twice: first for their place, then because no data may take it.
  const body = { ...standard, ...data, ...standard }
  return {
    status,
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
    },
    body: `${JSON.stringify(body, undefined, 2)}\n`,
  }
}
