import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { imported, replaying, told } from './testing/replaying.ts'

/** As vcrpy writes it with PyYAML, after `requests` has been answered in gzip. */
function cassette(body: string): string {
  const zipped = gzipSync(body).toString('base64').replaceAll(/.{60}/g, '$&\n        ')
  return `interactions:
- request:
    body: '{"model": "gpt-4o", "messages": [{"role": "user", "content": "It''s 9:30?\\nyes"}]}'
    headers:
      Accept:
      - application/json
      Accept-Encoding:
      - gzip, deflate
      Content-Length:
      - '80'
      Content-Type:
      - application/json
      authorization:
      - Bearer sk-proj-Ab1x9x9x9x9x9x9x9x9x9
    method: POST
    uri: https://api.openai.com/v1/chat/completions
  response:
    body:
      string: !!binary |
        ${zipped}
    headers:
      Content-Encoding:
      - gzip
      Content-Type:
      - application/json
      Set-Cookie:
      - __cf_bm=hunter2hunter2; path=/
      Vary:
      - Accept
      - Origin
    status:
      code: 200
      message: OK
- request:
    body: null
    headers: {}
    method: DELETE
    uri: https://api.openai.com/v1/files/f-1
  response:
    body:
      string: ''
    headers:
      openai-processing-ms:
      - '12'
    status:
      code: 204
      message: No Content
version: 1
`
}

const ANSWER = JSON.stringify({ choices: [{ message: { content: 'Yes. '.repeat(40) } }] })

const chat = (fetch: typeof globalThis.fetch) =>
  fetch('https://api.openai.com/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    // In another order of keys, and without the spaces of Python.
    body: JSON.stringify({
      messages: [{ role: 'user', content: "It's 9:30?\nyes" }],
      model: 'gpt-4o',
    }),
  })

describe('a cassette of vcrpy', () => {
  it('is replayed through fetch, with its status, headers and body', async () => {
    const { data, notes } = imported(cassette(ANSWER), 'vcrpy')

    const answers = await replaying(data, async (fetch) => [
      await told(await chat(fetch)),
      await told(await fetch('https://api.openai.com/v1/files/f-1', { method: 'DELETE' })),
    ])

    expect(notes).toEqual([])
    expect(answers).toMatchObject([
      {
        status: 200,
        statusText: 'OK',
        headers: {
          'content-type': 'application/json',
          'set-cookie': '«secret:1»',
          vary: 'Accept, Origin',
        },
        body: ANSWER,
      },
      {
        status: 204,
        statusText: 'No Content',
        headers: { 'openai-processing-ms': '12' },
        body: '',
      },
    ])
    expect(JSON.stringify(data)).not.toMatch(/hunter2|sk-proj/)
  })
})
