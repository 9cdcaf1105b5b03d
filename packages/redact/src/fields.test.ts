import { describe, expect, it } from 'vitest'
import { redact, text } from '../test/redact.ts'

describe('credentials', () => {
  it.each(
    `apiKey api_key x-api-key OPENAI_API_KEY authorization Proxy-Authorization
    password db_password secret client_secret clientSecret access_token
    refreshToken id_token private_key cookie Set-Cookie openai-organization x-amz-security-token`.split(
      /\s+/,
    ),
  )('are found by the name of their field: %s', (field) => {
    expect(redact({ deep: [{ [field]: 'hunter2' }] })).toEqual({
      deep: [{ [field]: '«secret:1»' }],
    })
    expect(redact({ [field]: ['hunter2', 4_711_000] })).toEqual({
      [field]: ['«secret:1»', '«secret:2»'],
    })
  })
})

describe('rules of the user', () => {
  it('add fields, in objects and in text', () => {
    const options = { fields: ['pinCode'] }

    expect(redact({ pin_code: 'x', PinCode: 'y', spin: 'z' }, options)).toEqual({
      pin_code: '«secret:1»',
      PinCode: '«secret:2»',
      spin: 'z',
    })
    expect(text('{"pin_code": "x"}', options)).toBe('{"pin_code": "«secret:1»"}')
  })
})
