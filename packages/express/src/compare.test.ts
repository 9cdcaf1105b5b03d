import { Readable } from 'node:stream'
import { brotliCompressSync, createGzip, deflateSync, gzipSync } from 'node:zlib'
import type { ReplayReport, SessionData } from '@retake/core'
import { decode } from '@retake/core/cassette-file'
import type { Response } from 'express'
import { describe, expect, it } from 'vitest'
import { record } from './testing/recorder.ts'

const ENCODERS = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync }

/** Records what `send` sends, and replays it with the same value and with another one. */
async function compare(send: (response: Response, value: string) => unknown) {
  let value = 'one'
  const { run, replay } = await record((app) => {
    app.use((_request, response) => void send(response, value))
  })
  const recorded = await run({ path: '/' })
  const same = await replay(recorded, { path: '/' })
  value = 'two'
  const other = await replay(recorded, { path: '/' })
  return { recorded, same, other, replay }
}

function statusOf({ end }: SessionData): unknown {
  return reportOf({ end })?.status
}

function reportOf({ end }: Pick<SessionData, 'end'>): ReplayReport | undefined {
  return end?.report === undefined ? undefined : (decode(end.report) as ReplayReport)
}

describe('the answer of a replay', () => {
  it.each(Object.entries(ENCODERS))('is compared as it was before %s', async (name, encode) => {
    const { same, other } = await compare((response, value) => {
      response.setHeader('content-encoding', name).type('json')
      response.send(encode(JSON.stringify({ text: value })))
    })

    expect(same.answer.headers['x-replay-status']).toBe('ok')
    expect(other.answer.headers['x-replay-status']).toBe('differs')
    expect(reportOf(other.data)?.answer?.differences).toEqual([
      { path: 'body.text', recorded: '"one"', now: '"two"' },
    ])
  })

  it('is compared in the trailer where it is compressed piece by piece', async () => {
    const { same, other } = await compare((response, value) => {
      response.setHeader('content-encoding', 'gzip').type('text/plain')
      Readable.from(['line\n', value]).pipe(createGzip()).pipe(response)
    })

    expect([same, other].map(({ answer }) => answer.headers['x-replay-status'])).toEqual([
      'pending',
      'pending',
    ])
    expect(same.answer.trailers['x-replay-status']).toBe('ok')
    expect(other.answer.trailers['x-replay-status']).toBe('differs')
    expect(reportOf(other.data)?.answer?.differences[0]?.path).toBe('body[1]')
  })

  it('is compared by its hash where it is no text', async () => {
    const { same, other } = await compare((response, value) =>
      response.type('png').send(Buffer.concat([Buffer.of(255, 254), Buffer.from(value)])),
    )

    expect([statusOf(same.data), statusOf(other.data)]).toEqual(['ok', 'differs'])
    expect(reportOf(other.data)?.answer?.differences[0]?.now).toMatch(/^5 bytes, SHA-256 /)
  })

  it.each<[string, (response: Response, value: string) => unknown]>([
    [
      'pieces',
      (response, value) => response.write(value.slice(0, 1)) && response.end(value.slice(1)),
    ],
    [
      'a head and pieces',
      (response, value) => {
        response.writeHead(201, 'Made', { 'X-Own': 'a' })
        response.write(value.slice(0, 1), () => response.end(value.slice(1)))
      },
    ],
    [
      'a pipe',
      (response, value) => Readable.from([value.slice(0, 2), value.slice(2)]).pipe(response),
    ],
  ])('is in the head where its length is said, in spite of %s', async (_how, send) => {
    const { recorded, same, other } = await compare((response, value) => {
      response.setHeader('content-length', 3)
      send(response, value)
    })

    expect(same.answer).toMatchObject({
      status: recorded.answer.status,
      body: 'one',
      headers: { 'x-replay-status': 'ok', 'content-length': '3' },
    })
    expect(same.answer.headers['x-own']).toBe(recorded.answer.headers['x-own'])
    expect(other.answer).toMatchObject({ body: 'two', headers: { 'x-replay-status': 'differs' } })
  })

  it('is not waited for where the app wants its head to be out', async () => {
    const { same, other } = await compare((response, value) => {
      response.setHeader('content-length', 3)
      response.flushHeaders()
      response.end(value)
    })

    expect(same.answer.headers['x-replay-status']).toBe('pending')
    expect([statusOf(same.data), statusOf(other.data)]).toEqual(['ok', 'differs'])
  })

  it('is sent for the app once its head is written, as when it was recorded', async () => {
    const seen: boolean[] = []
    await compare((response, value) => {
      response.writeHead(200, { 'content-length': 3 })
      seen.push(response.headersSent)
      expect(() => response.writeHead(200)).toThrow(/after they are sent/)
      response.end(value)
    })

    expect(seen).toEqual([true, true, true])
  })

  it('has no body to be compared for HEAD', async () => {
    const { recorded, replay } = await compare((response, value) => response.json({ value }))

    const { answer } = await replay(recorded, { method: 'HEAD', path: '/' })

    expect(answer.headers['x-replay-status']).toBe('ok')
  })

  it('is not vouched for where it is too large to be kept', async () => {
    const { same, other } = await compare((response, value) =>
      response.type('text/plain').send(value.repeat(500_000)),
    )

    expect(same.answer.headers['x-replay-status']).toBe('unverified')
    expect(reportOf(other.data)?.answer).toMatchObject({
      differences: [],
      notCompared: [{ path: 'body', why: expect.stringContaining('larger than 1048576 bytes') }],
    })
  })

  it('is redacted in the same way as the recorded one', async () => {
    const secret = ['sk', 'live', 'aB3dE5fG7hI9jK1lM3nO5pQ7'].join('-')
    const { same, other } = await compare((response, value) =>
      response.json({ key: secret, value }),
    )

    expect(statusOf(same.data)).toBe('ok')
    expect(reportOf(same.data)?.answer?.redacted).toEqual(['body.key'])
    expect(JSON.stringify([same.data, other.data])).not.toContain(secret)
  })
})
