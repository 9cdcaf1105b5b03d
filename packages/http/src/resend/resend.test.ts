import { describe, expect, it } from 'vitest'
import {
  type EndRecord,
  type InboundRequest,
  type OutboundResponse,
  type SessionData,
  type SessionRecord,
  encode,
} from '@retake/format'
import { answerOf, compareAnswers, replayProblem, resendableRequest } from './resend.ts'

const END: EndRecord = {
  type: 'end',
  status: 'completed',
  endState: 'success',
  endedAt: '2026-01-01T00:00:01.000Z',
  totals: { events: 0, kinds: {}, errors: 0, usage: {}, costUsd: 0 },
}
const JSON_TYPE = { 'content-type': 'application/json' }
const EVENTS = { 'content-type': 'text/event-stream; charset=utf-8' }

function made(request?: Partial<InboundRequest>): Pick<SessionData, 'session' | 'end'> {
  return { session: sessionOf(request), end: END }
}

function sessionOf(request?: Partial<InboundRequest>): SessionRecord {
  return {
    v: 1,
    type: 'session',
    id: 'session-of-a-test',
    startedAt: '2026-01-01T00:00:00.000Z',
    capture: 'redacted',
    seed: 1,
    ...(request && { request: { method: 'POST', url: '/ask?page=2', headers: {}, ...request } }),
  }
}

function answer(body: OutboundResponse['body'], headers = JSON_TYPE): OutboundResponse {
  return { status: 200, headers, ...(body !== undefined && { body }) }
}

describe('resendableRequest', () => {
  it.each([
    ['JSON', JSON_TYPE, { essay: ['ü', 1] }, '{"essay":["ü",1]}'],
    ['a JSON text', JSON_TYPE, 'text', '"text"'],
    ['text', { 'content-type': 'text/plain' }, 'ü', 'ü'],
    ['bytes', {}, encode(Uint8Array.of(255, 0)), Uint8Array.of(255, 0)],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'a=1&b=2', 'a=1&b=2'],
    [
      'a parsed form',
      { 'content-type': 'application/x-www-form-urlencoded' },
      { a: ['1', '2'], b: '&' },
      'a=1&a=2&b=%26',
    ],
    ['nothing', {}, undefined, undefined],
  ])('makes the body again that was recorded as %s', (_name, headers, body, sent) => {
    const request = resendableRequest(made({ headers, ...(body !== undefined && { body }) }))

    expect(request).toMatchObject({ method: 'POST', url: '/ask?page=2', headers })
    expect(request.body).toEqual(sent)
    expect(request.isRedacted).toBe(false)
  })

  it('leaves out what belongs to the connection', () => {
    const headers = { accept: '*/*', 'accept-encoding': 'br', 'content-encoding': 'gzip' }

    expect(resendableRequest(made({ headers, body: 'text' })).headers).toEqual({ accept: '*/*' })
  })

  it('tells when redaction has taken something out', () => {
    expect(resendableRequest(made({ body: { token: '«secret:1»' } })).isRedacted).toBe(true)
  })

  it.each([
    ['not made by an HTTP request', made()],
    ['it is larger than', made({ bodyWithheld: 'it is larger than 1 byte' })],
    ['is not on record', { session: sessionOf({ headers: JSON_TYPE }) }],
    ['multipart', made({ headers: { 'content-type': 'multipart/form-data' }, body: { a: '1' } })],
  ])('says why it cannot be sent: %s', (why, data) => {
    expect(() => resendableRequest(data)).toThrow(
      expect.objectContaining({
        code: 'REQUEST_NOT_RECORDED',
        message: expect.stringContaining(why),
      }),
    )
  })
})

describe('compareAnswers', () => {
  it('finds nothing in equal answers', () => {
    expect(compareAnswers(answer({ a: 1, b: [2] }), answer({ b: [2], a: 1 }))).toEqual([])
  })

  it('names the places at which JSON differs', () => {
    expect(compareAnswers(answer({ a: 1, b: [2] }), answer({ a: 1, b: [3], c: null }))).toEqual([
      { path: 'body.b[0]', recorded: '2', now: '3' },
      { path: 'body.c', recorded: undefined, now: 'null' },
    ])
  })

  it.each([
    ['an empty list for an empty object', {}, []],
    [
      'what comes after many values',
      Array(6_000).fill(0),
      [...(Array(5_999).fill(0) as number[]), 1],
    ],
  ])('misses nothing: %s', (_name, recorded, now) => {
    expect(compareAnswers(answer(recorded), answer(now))).toHaveLength(1)
  })

  it('compares a stream of events by event, whatever its chunks and line ends', () => {
    const recorded = 'event: delta\ndata: {"text":"a"}\n\ndata: [DONE]\n\n'
    const same = 'event:delta\r\ndata:{"text":"a"}\r\n\r\ndata: [DONE]\r\n\r\n'
    const other = 'event: delta\ndata: {"text":"b"}\n\ndata: [DONE]\n\n'

    expect(compareAnswers(answer(recorded, EVENTS), answer(same, EVENTS))).toEqual([])
    expect(compareAnswers(answer(recorded, EVENTS), answer(other, EVENTS))).toEqual([
      { path: 'body[0].data.text', recorded: '"a"', now: '"b"' },
    ])
  })

  it('compares text by line, the status, and the type of the body', () => {
    const text = { 'content-type': 'text/plain' }

    expect(
      compareAnswers(answer('a\nb', text), { ...answer('a\nc', JSON_TYPE), status: 500 }),
    ).toEqual([
      { path: 'status', recorded: '200', now: '500' },
      { path: 'content-type', recorded: '"text/plain"', now: '"application/json"' },
      { path: 'body[1]', recorded: '"b"', now: '"c"' },
    ])
  })

  it('does not compare a body that is not held', () => {
    const withheld = { status: 200, headers: {}, bodyWithheld: 'it is too large' }

    expect(compareAnswers(withheld, { status: 200, headers: {}, body: 'a' })).toEqual([])
  })
})

describe('answerOf', () => {
  it('gives the form that a session keeps', async () => {
    const response = Response.json({ a: 1, password: 'hunter2hunter2' }, { status: 201 })

    expect(await answerOf(response)).toEqual({
      status: 201,
      headers: JSON_TYPE,
      body: { a: 1, password: expect.stringContaining('«') },
    })
  })

  it('has no body where there is none', async () => {
    expect(await answerOf(new Response(null, { status: 204 }))).toEqual({
      status: 204,
      headers: {},
    })
  })
})

describe('replayProblem', () => {
  const headers = { 'content-type': 'application/problem+json; charset=utf-8' }

  it('tells a replay that failed from an answer of the app', () => {
    const body = { code: 'REPLAY_MISS', detail: 'no recording' }

    expect(replayProblem({ status: 409, headers, body })).toEqual(body)
    expect(replayProblem({ status: 409, headers, body: { code: 'OUT_OF_STOCK' } })).toBeUndefined()
    expect(replayProblem({ status: 409, headers })).toBeUndefined()
    expect(replayProblem({ status: 409, headers: JSON_TYPE, body })).toBeUndefined()
  })
})
