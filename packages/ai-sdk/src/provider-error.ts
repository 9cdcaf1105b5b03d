type Fields = Readonly<Record<string, unknown>>

const RETRY_AFTER = 'retry-after-ms'

/**
 * Tells the SDK not to wait before it tries again, since the provider of a replayed error needs no rest.
 *
 * The header that says so does not show when headers are listed, so that the error stays equal to the
 * recorded one.
 */
export function withoutBackoff(error: unknown): unknown {
  if (!isObject(error) || error.isRetryable !== true) return error
  hideRetryAfter(error)
  // The gateway wraps the provider's error, and the SDK looks at that one's headers.
  if (isObject(error.cause) && 'responseHeaders' in error.cause) hideRetryAfter(error.cause)
  return error
}

function hideRetryAfter(error: Fields): void {
  const headers = isObject(error.responseHeaders) ? error.responseHeaders : {}
  const enumerable = Object.hasOwn(headers, RETRY_AFTER)
  Object.defineProperty(headers, RETRY_AFTER, {
    value: '0',
    enumerable,
    configurable: true,
    writable: true,
  })
  Reflect.set(error, 'responseHeaders', headers)
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}
