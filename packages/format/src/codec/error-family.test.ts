import { describe, expect, it } from 'vitest'
import { errorFamily } from './error-family.ts'

function make(properties: object, cause?: unknown): Error {
  return Object.assign(new Error('x', { cause }), properties)
}

describe('errorFamily', () => {
  it.each([
    ['abort', new DOMException('x', 'AbortError')],
    ['abort', make({ name: 'APIUserAbortError' })],
    ['timeout', new DOMException('x', 'TimeoutError')],
    ['timeout', make({ name: 'APIConnectionTimeoutError' })],
    ['http', make({ status: 429 })],
    ['http', make({ statusCode: 500, name: 'AI_APICallError' })],
    ['network', make({ code: 'ECONNRESET' })],
    ['network', make({ name: 'TypeError' }, make({ code: 'UND_ERR_SOCKET' }))],
    ['network', make({}, make({}, make({ code: 'ENOTFOUND' })))],
    ['tool', make({ name: 'AI_ToolExecutionError' })],
    ['provider', make({ name: 'AI_NoObjectGeneratedError' })],
    ['provider', make({ code: 'context_length_exceeded' })],
    ['provider', make({ lc_error_code: 'MODEL_NOT_FOUND' })],
    ['opaque', make({ code: 'ERR_INVALID_ARG_TYPE' })],
    ['opaque', make({ code: 'ENOENT' })],
    ['opaque', 'thrown text'],
    ['opaque', null],
  ])('tells %s', (family, error) => {
    expect(errorFamily(error)).toBe(family)
  })

  it('takes an error that cannot be read for opaque', () => {
    const error = Object.defineProperty({}, 'name', {
      get() {
        throw new Error('no')
      },
    })

    expect(errorFamily(error)).toBe('opaque')
  })

  it('ends on a circle of causes', () => {
    const error = make({})
    error.cause = error

    expect(errorFamily(error)).toBe('opaque')
  })
})
