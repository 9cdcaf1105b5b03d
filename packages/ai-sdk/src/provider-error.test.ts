import { APICallError } from 'ai'
import { expect, it } from 'vitest'
import { withoutBackoff } from './provider-error.ts'

const about = { message: 'Overloaded', url: 'http://127.0.0.1/v1', requestBodyValues: {} }

/** The pause that the SDK makes after an error. */
function pauseAfter(error: APICallError): string | undefined {
  return error.responseHeaders?.['retry-after-ms']
}

it('makes the SDK try again at once, without a change that shows', () => {
  const create = () =>
    new APICallError({ ...about, statusCode: 503, responseHeaders: { 'retry-after': '20' } })
  const error = create()

  withoutBackoff(error)

  expect(pauseAfter(error)).toBe('0')
  expect(error.responseHeaders).toStrictEqual(create().responseHeaders)
})

it('does so without headers, and for the error that a gateway wraps', () => {
  const cause = new APICallError({ ...about, isRetryable: true })
  const error = Object.assign(new Error('Gateway', { cause }), { isRetryable: true })

  withoutBackoff(error)

  expect(pauseAfter(cause)).toBe('0')
})

it('replaces the pause that the provider asked for', () => {
  const error = new APICallError({
    ...about,
    statusCode: 429,
    responseHeaders: { 'retry-after-ms': '900' },
  })

  withoutBackoff(error)

  expect(pauseAfter(error)).toBe('0')
})

it('leaves alone what the SDK does not try again', () => {
  const error = new APICallError({ ...about, statusCode: 401, responseHeaders: {} })

  expect(withoutBackoff(error)).toBe(error)
  expect(pauseAfter(error)).toBeUndefined()
  expect(withoutBackoff('thrown text')).toBe('thrown text')
})
