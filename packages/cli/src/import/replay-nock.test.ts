import { describe, expect, it } from 'vitest'
import { imported, replaying, told } from './testing/replaying.ts'

const PIXEL = Buffer.from('89504e470d0a1a0a', 'hex')

/** As `nock.recorder.rec({ output_objects: true })` of nock 13 gives it. */
function definitions(): string {
  return JSON.stringify([
    {
      scope: 'https://api.search.example:443',
      method: 'POST',
      path: '/v1/search?limit=2',
      body: { q: 'red shoes' },
      status: 200,
      response: { hits: ['A1', 'B2'] },
      rawHeaders: ['Content-Type', 'application/json', 'Vary', 'Accept', 'Vary', 'Origin'],
      responseIsBinary: false,
    },
    {
      scope: 'http://files.example:8080',
      method: 'GET',
      path: '/pixel.png',
      body: '',
      status: 200,
      response: PIXEL.toString('hex'),
      rawHeaders: ['Content-Type', 'image/png'],
      responseIsBinary: true,
    },
  ])
}

describe('a recording of nock', () => {
  it('is replayed through fetch, with its status, headers and body', async () => {
    const { data, notes } = imported(definitions(), 'nock')

    const answers = await replaying(data, async (fetch) => [
      await told(
        await fetch('https://api.search.example/v1/search?limit=2', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ q: 'red shoes' }),
        }),
      ),
      await told(await fetch('http://files.example:8080/pixel.png')),
    ])

    expect(notes).toEqual([])
    expect(answers).toMatchObject([
      {
        status: 200,
        headers: { 'content-type': 'application/json', vary: 'Accept, Origin' },
        body: '{"hits":["A1","B2"]}',
      },
      { headers: { 'content-type': 'image/png' }, body: PIXEL.toString('latin1') },
    ])
  })

  it('leaves its credentials behind', () => {
    const secret = {
      scope: 'https://a.test',
      method: 'GET',
      path: '/?access_token=hunter2hunter2',
      status: 200,
      response: { client_secret: 'hunter2hunter2' },
      reqheaders: { authorization: 'Bearer hunter2hunter2' },
      rawHeaders: ['Set-Cookie', 'sid=hunter2hunter2', 'Content-Type', 'application/json'],
    }

    const { data } = imported(JSON.stringify([secret]), 'nock')

    expect(data.events).toHaveLength(1)
    expect(JSON.stringify(data)).not.toContain('hunter2')
  })
})
