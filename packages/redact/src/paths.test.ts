import { describe, expect, it } from 'vitest'
import { redact } from '../test/redact.ts'

describe('rules of the user', () => {
  it('remove what lies at a path or beneath it', () => {
    const value = {
      messages: [
        { role: 'user', content: 'a' },
        { role: 'user', content: [{ text: 'b' }] },
      ],
      user: { ssn: 123, other: { ssn: '45' } },
    }

    expect(redact(value, { paths: ['messages[*].content', '**.ssn'] })).toEqual({
      messages: [
        { role: 'user', content: '«value:1»' },
        { role: 'user', content: [{ text: '«value:2»' }] },
      ],
      user: { ssn: '«value:3»', other: { ssn: '«value:4»' } },
    })
  })
})
