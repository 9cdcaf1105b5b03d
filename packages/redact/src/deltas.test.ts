import { describe, expect, it } from 'vitest'
import type { Outcome } from '@retake/format'
import { createRedactor } from './redact.ts'
import { SECRETS } from '../test/secrets.ts'

describe('streams', () => {
  const delta = (id: string, text: string) => ({ type: 'text-delta', id, delta: text })

  it('find a secret that is cut in two, also where texts take turns', () => {
    const { plain } = SECRETS
    const parts = [
      { type: 'text-start', id: '1' },
      delta('1', `key ${plain.slice(0, 9)}`),
      delta('2', 'other'),
      delta('1', plain.slice(9)),
      delta('1', ' end'),
    ]

    const { outcome, changed } = redactOutcome({ stream: { parts, end: 'complete' } })

    expect(changed).toBe(true)
    expect(outcome.stream?.parts).toEqual([
      { type: 'text-start', id: '1' },
      delta('1', 'key «secret:1» end'),
      delta('2', 'other'),
      delta('1', ''),
      delta('1', ''),
    ])
    expect(redactOutcome(outcome)).toEqual({ outcome, changed: false })
  })

  it('find a field whose name and value come apart', () => {
    const pieces = ['{"pass', 'word":"hun', 'ter2"}'].map((text) => ({
      ...delta('c', text),
      type: 'tool-input-delta',
    }))

    const { outcome } = redactOutcome({ stream: { parts: pieces, end: 'complete' } })

    expect(outcome.stream?.parts[0]).toMatchObject({ delta: '{"password":"«secret:1»"}' })
  })

  it('keep the pieces of a text without secrets', () => {
    const outcome: Outcome = {
      value: 1,
      stream: { parts: [delta('1', 'a'), delta('1', 'b')], end: 'complete' },
    }

    expect(redactOutcome(outcome).outcome).toBe(outcome)
  })

  function redactOutcome(outcome: Outcome) {
    const { value, changed } = createRedactor().outcome(outcome)
    return { outcome: value, changed }
  }
})
