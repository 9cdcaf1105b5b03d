import { createRetake } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { callsOf } from '@retake/testing'
import { outcomeOf } from '@retake/format'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { retakeFetch } from './index.ts'
import { rehearse } from './testing/rehearse.ts'
import { startUpstream, type Listener } from './testing/upstream.ts'

const fetch = retakeFetch()

// What nobody reads must not be waited for as long as this: the tests would time out.
const options = { retake: { drainMs: 600_000 } }

const MEBIBYTE = 2 ** 20

const bytes =
  (size: number): Listener =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/octet-stream' })
    response.end(Buffer.alloc(size, 'a'))
  }

const neverEnding: Listener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write('data: 1\n\n')
}

const lengthOf = (parts: readonly unknown[] = []) =>
  parts.reduce((sum: number, part) => sum + String(part).length, 0)

describe('an answer that nobody reads', () => {
  it.each<[string, Listener]>([
    ['bytes', bytes(300_000)],
    ['text', (_request, response) => response.end('hello')],
    [
      'events that end',
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.write('data: 1\n\n', () => response.end('data: 2\n\n'))
      },
    ],
  ])('does not hold the session, and is recorded: %s', async (_what, listener) => {
    const { live, replayed, report, recording } = await rehearse(
      listener,
      async (url) => (await fetch(url)).ok,
      options,
    )

    expect([live, replayed, report.status]).toEqual([true, true, 'ok'])
    expect(outcomeOf(callsOf(recording)[0]!)?.stream?.end).toBe('complete')
  })

  it.each<[string, Listener]>([
    ['too much', bytes(3 * MEBIBYTE)],
    ['no end', neverEnding],
  ])('is recorded as far as it came, where there is %s', async (_what, listener) => {
    const { replayed, report, recording } = await rehearse(
      listener,
      async (url) => (await fetch(url)).ok,
      options,
    )

    const stream = outcomeOf(callsOf(recording)[0]!)?.stream
    expect([replayed, report.status, stream?.end]).toEqual([true, 'ok', 'abandoned'])
    expect(lengthOf(stream?.parts)).toBeLessThan(3 * MEBIBYTE)
  })

  it('is there as a whole for who reads it after the session', async () => {
    const upstream = await startUpstream(bytes(3 * MEBIBYTE))
    const retake = createRetake({ store: createMemoryStore(), log: false, ...options.retake })

    const response = await retake.session(() => fetch(upstream.url))
    await delay(50)

    expect((await response.arrayBuffer()).byteLength).toBe(3 * MEBIBYTE)
    await upstream.close()
  })
})
