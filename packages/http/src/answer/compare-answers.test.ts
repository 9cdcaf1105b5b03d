import { encode, type OutboundResponse } from '@retake/format'
import { describe, expect, it } from 'vitest'
import { compareAnswers, examineAnswers } from './compare-answers.ts'

function answer(
  body: OutboundResponse['body'],
  type = 'application/json',
  others: Partial<OutboundResponse> = {},
): OutboundResponse {
  return {
    status: 200,
    headers: { 'content-type': type },
    ...(body !== undefined && { body }),
    ...others,
  }
}

function pathsOf(...sides: readonly [OutboundResponse, OutboundResponse]): readonly string[] {
  return compareAnswers(...sides).map(({ path }) => path)
}

describe('compareAnswers', () => {
  it.each([
    ['application/x-ndjson'],
    ['application/jsonl'],
    ['application/json-seq'],
    ['application/stream+json; charset=utf-8'],
  ])('compares lines of %s one by one, by their structure', (type) => {
    const recorded = answer('{"a":1,"b":2}\n{"c":[1]}\n', type)

    expect(pathsOf(recorded, answer('{"b":2,"a":1}\r\n\n{"c":[1]}', type))).toEqual([])
    expect(pathsOf(recorded, answer('{"b":2,"a":1}\n{"c":[2]}\n', type))).toEqual(['body[1].c[0]'])
    expect(pathsOf(recorded, answer('{"b":2,"a":1}\n', type))).toEqual(['body[1]'])
  })

  it.each([
    ['comments, which keep a connection open', ': ping\n\ndata: a\n\n', 'data: a\n\n: pong\n\n'],
    ['line ends', 'event: x\ndata: a\n\n', 'event: x\r\ndata: a\r\n\r\n'],
    ['a blank after the colon', 'data:a\n\n', 'data: a\n\n'],
    ['lines of one field', 'data: a\ndata: b\n\n', 'data: a\ndata:b\n\n'],
    ['keys in another order', 'data: {"a":1,"b":2}\n\n', 'data: {"b":2,"a":1}\n\n'],
  ])('takes streams of events for the same whatever their %s', (_what, recorded, now) => {
    const type = 'text/event-stream'

    expect(pathsOf(answer(recorded, type), answer(now, type))).toEqual([])
  })

  it.each([
    ['data', 'data: a\n\n', 'data: b\n\n', 'body[0].data'],
    ['its name', 'event: a\ndata: x\n\n', 'event: b\ndata: x\n\n', 'body[0].event'],
    ['an id', 'id: 1\ndata: x\n\n', 'id: 2\ndata: x\n\n', 'body[0].id'],
    ['a field more', 'data: x\n\n', 'data: x\nretry: 1\n\n', 'body[0].retry'],
    ['an event more', 'data: x\n\n', 'data: x\n\ndata: y\n\n', 'body[1]'],
    ['the order', 'data: x\n\ndata: y\n\n', 'data: y\n\ndata: x\n\n', 'body[0].data'],
    ['one object for two', 'data: {"a":"\\n"}\n\n', 'data: {"a":""}\n\n', 'body[0].data.a'],
  ])('tells streams of events apart by %s', (_what, recorded, now, path) => {
    const type = 'text/event-stream'

    expect(pathsOf(answer(recorded, type), answer(now, type))[0]).toBe(path)
  })

  it.each([
    ['9007199254740992', '9007199254740993'],
    ['12345678901234567890', '12345678901234567891'],
    ['0.12345678901234567890', '0.12345678901234567891'],
    ['1e400', '1e401'],
  ])('tells the numbers %s and %s apart', (recorded, now) => {
    const [one, other] = [`{ "id": ${recorded} }`, `{"id":${now}}`]

    expect(pathsOf(answer(one), answer(one.replaceAll(' ', '')))).toEqual([])
    expect(pathsOf(answer(one), answer(other))).toEqual(['body.id'])
  })

  it('compares bytes by their hash', () => {
    const type = 'image/png'
    const [one, other] = [encode(Uint8Array.of(255, 1)), encode(Uint8Array.of(255, 2))]

    expect(pathsOf(answer(one, type), answer(encode(Buffer.from([255, 1])), type))).toEqual([])
    expect(compareAnswers(answer(one, type), answer(other, type))).toEqual([
      {
        path: 'body',
        recorded: expect.stringMatching(/^2 bytes, SHA-256 /),
        now: expect.stringMatching(/^2 bytes, SHA-256 /),
      },
    ])
  })

  it('compares where an answer leads to, where that was recorded', () => {
    const to = (location?: string): OutboundResponse => ({
      status: 302,
      headers: { ...(location !== undefined && { location }) },
    })

    expect(pathsOf(to('/a'), to('/a'))).toEqual([])
    expect(pathsOf(to('/a'), to('/b'))).toEqual(['location'])
    expect(pathsOf(to('/a'), to())).toEqual(['location'])
    expect(examineAnswers(to(), to('/b'))).toMatchObject({
      differences: [],
      notCompared: [{ path: 'location' }],
    })
  })

  it('says which body is not held, unless it is ignored', () => {
    const [whole, cut] = [answer({ a: 1 }), answer(undefined)]
    const withheld = { ...cut, bodyWithheld: 'it was not sent whole' }

    for (const [one, other] of [
      [whole, withheld],
      [withheld, whole],
    ] as const) {
      expect(examineAnswers(one, other)).toMatchObject({
        differences: [],
        notCompared: [{ path: 'body', why: expect.stringContaining('it was not sent whole') }],
      })
      expect(examineAnswers(one, other, { ignore: ['body'] }).notCompared).toEqual([])
    }
    expect(pathsOf(whole, cut)).toEqual(['body'])
  })
})
