import { createRetake } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { expect, it, onTestFinished } from 'vitest'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { retakeFetch } from './index.ts'

const retake = createRetake({
  store: createMemoryStore(),
  environment: { RETAKE_REPLAY_ENABLED: '1' },
  log: false,
})
const fetch = retakeFetch()

it('a body with another number of more digits than a double holds is another request', async () => {
  const server = createServer((_request, response) => response.end('{"found":true}')).listen(0)
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const find = async (id: string): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' }
    const body = `{"tool":"find","id":${id}}`
    return (await fetch(url, { method: 'POST', headers, body })).json() as Promise<unknown>
  }

  const { id, settled } = await retake.session(async (session) => {
    await find('9007199254740993')
    return { id: session.id, settled: () => session.settled }
  })
  await settled()

  expect(await retake.replay(id, () => find('9007199254740993.0'))).toEqual({ found: true })
  for (const other of ['9007199254740992', '9007199254740994', '"9007199254740993"']) {
    await expect(retake.replay(id, () => find(other))).rejects.toMatchObject({
      code: 'REPLAY_MISS',
    })
  }
})
