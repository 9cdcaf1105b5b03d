import { describe, expect, it } from 'vitest'
import { toStored } from './stored-value.ts'
import { bytesOf, toParts } from './response-parts.ts'

const cut = (note: Readonly<Record<string, Uint8Array>>) => toStored(note)

describe('bytesOf', () => {
  it('puts characters that the network cut in two where they were', () => {
    const [first, second, ...third] = new TextEncoder().encode('é€')
    const parts = [
      cut({ tail: Uint8Array.of(first ?? 0) }),
      'a',
      cut({ head: Uint8Array.of(second ?? 0) }),
      cut({ tail: Uint8Array.from(third.slice(0, 2)) }),
      'b',
      cut({ head: Uint8Array.from(third.slice(2)) }),
      'c',
    ]

    expect(new TextDecoder().decode(bytesOf(parts))).toBe('aéb€c')
  })

  it.each([
    ['text/plain', 'ü'],
    ['text/event-stream', 'data: 1\n\ndata: 2\r\n\r\n: end'],
    ['image/png', '\0'],
    ['text/plain', ''],
  ])('gives back what was cut into parts: %s', (contentType, text) => {
    const body = new TextEncoder().encode(text)

    expect(bytesOf(toParts(body, contentType))).toEqual(body)
  })
})
