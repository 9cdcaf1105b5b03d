import { createRetake, type SessionData } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { once } from 'node:events'
import { createSecureServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { Agent, fetch as undiciFetch } from 'undici'
import { retakeFetch } from './index.ts'
import { CERTIFICATE, KEY } from './testing/certificate.ts'

it('records what a client sends over HTTP/2, and answers it again without a server', async () => {
  const versions: string[] = []
  const server = createSecureServer({ key: KEY, cert: CERTIFICATE }, (request, response) => {
    versions.push(request.httpVersion)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: 1\n\n')
    response.end(`data: ${Math.random()}\n\n`)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/events`
  const dispatcher = new Agent({ allowH2: true, connect: { rejectUnauthorized: false } })
  const fetch = retakeFetch(
    (input, init) =>
      undiciFetch(
        input as string,
        { ...init, dispatcher } as never,
      ) as unknown as Promise<Response>,
  )
  const store = createMemoryStore()
  const retake = createRetake({ store, log: false, environment: { RETAKE_REPLAY_ENABLED: '1' } })
  const ask = async () => {
    const response = await fetch(url, { method: 'POST', body: '{"stream":true}' })
    return { url: response.url, text: await response.text() }
  }

  const { id, live } = await retake.session(async (session) => ({
    id: session.id,
    live: await ask(),
  }))
  await dispatcher.close()
  server.close()
  await once(server, 'close')
  const recording = JSON.parse(JSON.stringify(await store.load(id))) as SessionData

  expect(await retake.replay(recording, ask)).toEqual(live)
  expect(versions).toEqual(['2.0'])
})
