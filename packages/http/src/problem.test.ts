import { describe, expect, it } from 'vitest'
import { ReplayMissError, RetakeError } from '@retake/format'
import { toProblem } from './problem.ts'

describe('toProblem', () => {
  it('says what went wrong to people and to machines', () => {
    const { status, headers, body } = toProblem(
      new ReplayMissError('No recording.', { kind: 'llm' }),
    )

    expect(status).toBe(409)
    expect(headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(JSON.parse(body)).toEqual({
      type: 'about:blank',
      title: 'No recording for a call',
      status: 409,
      detail: 'No recording.',
      code: 'REPLAY_MISS',
      kind: 'llm',
    })
  })

  it('is not to be kept by caches', () => {
    expect(toProblem(new ReplayMissError('No recording.')).headers['cache-control']).toBe(
      'no-store',
    )
  })

  it('lets no data take the place of what the error itself says', () => {
    const data = { status: 200, code: 'OK', detail: 'All well.', title: 'Fine', type: 'x' }

    const { status, body } = toProblem(new RetakeError('REPLAY_FORBIDDEN', 'Not yours.', data))

    expect(status).toBe(403)
    expect(JSON.parse(body)).toMatchObject({
      type: 'about:blank',
      status: 403,
      code: 'REPLAY_FORBIDDEN',
      detail: 'Not yours.',
    })
  })
})
