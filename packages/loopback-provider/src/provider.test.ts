import { expect, it } from 'vitest'
import { startProvider, type Provider } from './index.ts'

function ask({ url }: Provider, path = '/chat/completions', body: object = {}): Promise<Response> {
  return fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [{ role: 'user', content: 'Hi' }], ...body }),
  })
}

it('keeps what it was sent', async () => {
  const provider = await startProvider()

  await ask(provider, '/messages?beta=1', { model: 'some' })

  expect(provider.calls.requests).toMatchObject([
    { method: 'POST', path: '/v1/messages', body: { model: 'some' } },
  ])
  await provider.close()
})

it('gives planned responses first, in the order of the calls', async () => {
  const provider = await startProvider()
  provider.plan({ type: 'server-error' }, { type: 'unauthorized' })

  const statuses = []
  for (let index = 0; index < 3; index++) statuses.push((await ask(provider)).status)

  expect(statuses).toEqual([500, 401, 200])
  await provider.close()
})

it('hangs before the first byte, and lets go when it is closed', async () => {
  const provider = await startProvider()
  provider.plan({ type: 'hang' })

  const answer = ask(provider)
  await expect.poll(() => provider.calls.requests.length).toBe(1)
  await provider.close()

  await expect(answer).rejects.toThrow('fetch failed')
})

it('cannot be reached when it is closed', async () => {
  const provider = await startProvider()

  await provider.close()

  await expect(ask(provider)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
})

const recorded = ['{"type":"one","text":"a"}', '{"type":"two","text":"🦊"}']

it.each([
  ['/chat/completions', `data: ${recorded[0]}\n\ndata: ${recorded[1]}\n\ndata: [DONE]\n\n`],
  ['/responses', `event: one\ndata: ${recorded[0]}\n\nevent: two\ndata: ${recorded[1]}\n\n`],
  ['/messages', `event: one\ndata: ${recorded[0]}\n\nevent: two\ndata: ${recorded[1]}\n\n`],
])('frames recorded events as %s asks for', async (path, text) => {
  const provider = await startProvider({ corpus: [{ events: recorded }] })

  const response = await ask(provider, path)

  expect(response.headers.get('content-type')).toMatch('text/event-stream')
  expect(await response.text()).toBe(text)
  await provider.close()
})

it('serves its corpus in turn and over again, after what is planned', async () => {
  const provider = await startProvider({ corpus: [{ json: 'first' }, { json: 'second' }] })
  provider.plan({ type: 'recorded', json: 'planned' })

  const bodies = []
  for (let index = 0; index < 4; index++) bodies.push(await (await ask(provider)).json())

  expect(bodies).toEqual(['planned', 'first', 'second', 'first'])
  await provider.close()
})

it('sends an answer as it was sent, with the cuts that it is given', async () => {
  const chunks = ['{"text":"', Buffer.from([0xf0, 0x9f]), Buffer.from([0xa6, 0x8a]), '"}']
  const provider = await startProvider({ corpus: [{ mediaType: 'text/odd', chunks, status: 203 }] })

  const response = await ask(provider)

  expect(response.status).toBe(203)
  expect(await response.text()).toBe('{"text":"🦊"}')
  expect([...response.headers.keys()].toSorted()).toEqual([
    'connection',
    'content-type',
    'date',
    'keep-alive',
    'transfer-encoding',
  ])
  await provider.close()
})
