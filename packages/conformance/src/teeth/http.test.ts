import { retakeFetch } from '@retake/fetch'
import { startProvider } from '@retake/loopback-provider'
import { expect } from 'vitest'
import { PLAIN, RICH, STRUCTURED, type Request } from '../corpus/requests.ts'
import { createTestRetake, loadSession, record } from '../lab.ts'
import { verifies } from '../verifies.ts'
import { bite, createBite, printKillRate } from './bite.ts'

const fetch = retakeFetch()

/** A request as it is sent. */
interface Sent {
  readonly method: string
  /** Segments, which are encoded: a URL has no other way to hold a space. */
  readonly path: readonly string[]
  readonly query: Readonly<Record<string, string>>
  readonly body: unknown
}

/** What a change may leave of it. */
type ChangedSent = Readonly<Partial<Record<keyof Sent, unknown>>>

const REQUESTS: readonly Request[] = [PLAIN, RICH, STRUCTURED]

verifies('match:strict:edited-http-misses', async () => {
  const count = createBite()
  for (const [index, body] of REQUESTS.entries()) {
    const provider = await startProvider({ thinkMs: 0, chunkDelayMs: 0 })
    const retake = createTestRetake()
    const ask = (request: unknown) => send(provider.url, request as ChangedSent)
    const request: Sent = {
      method: 'POST',
      path: ['chat', 'completions'],
      query: { user: 'ann' },
      body: { ...body, model: 'gpt-5', messages: [{ role: 'user', content: 'Will it rain?' }] },
    }
    const { id } = await record(retake, () => ask(request))
    const { total } = provider.calls
    const source = await loadSession(retake, id)

    await bite(count, { source, request, ask }, { what: `request ${index}` })

    expect(provider.calls.total).toBe(total)
    await provider.close()
  }
  printKillRate('HTTP requests', count)
  expect(count.survivors).toEqual([])
})

// What a change leaves out of the head is left out, and what it adds is sent with the query.
async function send(origin: string, request: ChangedSent): Promise<string> {
  const { method, path, query, body, ...others } = request
  const segments = Object.values(path ?? {}).map((part) => encodeURIComponent(String(part)))
  const url = new URL(`${origin}/${segments.join('/')}`)
  for (const [name, value] of Object.entries({ ...(query as object), ...others }))
    url.searchParams.set(name, String(value))
  const response = await fetch(url, {
    method: typeof method === 'string' && /^[A-Z]+$/i.test(method) ? method : 'DELETE',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return response.text()
}
