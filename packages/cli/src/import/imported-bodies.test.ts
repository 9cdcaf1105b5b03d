import { describe, expect, it } from 'vitest'
import { exportSession } from '@retake/interchange'
import { imported, recording, replaying } from './testing/replaying.ts'

const har = (entry: object) => JSON.stringify({ log: { entries: [entry] } })
const entry = (fields: { request?: object; response?: object; [name: string]: unknown } = {}) => ({
  startedDateTime: '2026-01-01T00:00:00Z',
  time: 1,
  ...fields,
  request: { method: 'GET', url: 'https://a.test/', headers: [], ...fields.request },
  response: { status: 200, headers: [], content: { text: 'a' }, ...fields.response },
})

describe('imported bodies', () => {
  it('may hold names that mean something to JavaScript', async () => {
    const body = '{"__proto__":{"polluted":1},"constructor":{"prototype":2}}'
    const postData = { mimeType: 'application/json', text: body }
    const headers = [{ name: '__proto__', value: 'x' }]
    const text = har(entry({ request: { method: 'POST', postData }, response: { headers } }))
    const { data } = imported(text.replace('"time":1', '"time":1,"__proto__":{"status":-1}'), 'har')

    const answer = await replaying(data, async (fetch) => {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body }
      return (await fetch('https://a.test/', init)).text()
    })

    expect(answer).toBe('a')
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
    expect(JSON.stringify(data.events[0]?.request)).toContain(body)
  })

  it('hold the numbers that a recording holds', async () => {
    const body = '[-0,0,1e400,-1e400,12345678901234567890]'
    const postData = { mimeType: 'application/json', text: body }
    const send = async (fetch: typeof globalThis.fetch) => {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body }
      return (await fetch('https://a.test/', init)).text()
    }

    const { data } = imported(har(entry({ request: { method: 'POST', postData } })), 'har')

    const recorded = await recording(() => new Response('a'), send)
    expect(data.events[0]?.request).toStrictEqual(recorded.events[0]?.request)
    const { data: again } = imported(exportSession(data, 'vcrpy').text, 'vcrpy')
    expect(again.events[0]?.request).toStrictEqual(recorded.events[0]?.request)
  })

  it('that look like values of ours are values of theirs', async () => {
    const body = '{"$rt":"bytes","type":"Uint8Array","v":"AAAA"}'
    const postData = { mimeType: 'application/json', text: body }
    const { data } = imported(har(entry({ request: { method: 'POST', postData } })), 'har')

    const answer = await replaying(data, async (fetch) => {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body }
      return (await fetch('https://a.test/', init)).text()
    })

    expect(answer).toBe('a')
  })
})
