import { describe, expect, it } from 'vitest'
import { createRedactor } from './redact.ts'

describe('headers and URLs', () => {
  it('keep headers by an allow-list', () => {
    const redactor = createRedactor({ headers: ['X-Tenant', 'authorization'] })

    const kept = redactor.headers({
      'Content-Type': 'application/json',
      'X-Tenant': 'a',
      traceparent: '00-1',
      'x-ratelimit-remaining': 5,
      accept: ['a', 'b'],
      authorization: 'Bearer hunter2',
      cookie: 'a=b',
      'x-unknown': 'hunter2',
      'user-agent': undefined,
    })

    expect(kept).toEqual({
      'content-type': 'application/json',
      'x-tenant': 'a',
      traceparent: '00-1',
      'x-ratelimit-remaining': '5',
      accept: 'a, b',
    })
    expect(redactor.headers(new Headers({ accept: 'x', 'set-cookie': 'a=b' }))).toEqual({
      accept: 'x',
    })
  })
})
