import { AsyncCaller } from '@langchain/core/utils/async_caller'
import { backOff } from 'exponential-backoff'
import pRetry from 'p-retry'
import pRetry4 from 'p-retry-4'
import { describe, expect, it } from 'vitest'
import { retakeFetch } from './index.ts'
import { rehearse } from './testing/rehearse.ts'
import type { Listener } from './testing/upstream.ts'

const BACK_OFF_MS = 600
const fetch = retakeFetch()
const virtualize = ['timers'] as const

type Attempt = () => Promise<unknown>

const LIBRARIES: Readonly<Record<string, (attempt: Attempt) => Promise<unknown>>> = {
  'p-retry': (attempt) => pRetry(attempt, { minTimeout: BACK_OFF_MS, retries: 2 }),
  retry: (attempt) => pRetry4(attempt, { minTimeout: BACK_OFF_MS, retries: 2 }),
  'exponential-backoff': (attempt) => backOff(attempt, { startingDelay: BACK_OFF_MS }),
  '@langchain/core': (attempt) => new AsyncCaller({ maxRetries: 2 }).call(attempt),
  async 'code of the app'(attempt) {
    for (;;) {
      try {
        return await attempt()
      } catch {
        await new Promise((resolve) => {
          setTimeout(resolve, BACK_OFF_MS)
        })
      }
    }
  },
}

/** Answers with a failure at first, and well from then on. */
function failingFirst(): Listener {
  let hasFailed = false
  return (_request, response) => {
    if (hasFailed) return response.end('answer')
    hasFailed = true
    return response.writeHead(500).end()
  }
}

async function ask(url: string, signal?: AbortSignal): Promise<string> {
  const response = await fetch(url, signal ? { signal } : {})
  if (!response.ok) throw new Error(`status ${response.status}`)
  return response.text()
}

describe('with virtual timers', () => {
  it.each(Object.keys(LIBRARIES))('%s tries again in a replay without waiting', async (name) => {
    const took: number[] = []
    const { live, replayed, requests } = await rehearse(
      failingFirst(),
      async (url) => {
        const startedMs = performance.now()
        const answer = await LIBRARIES[name]!(() => ask(url))
        took.push(performance.now() - startedMs)
        return answer
      },
      { retake: { virtualize } },
    )

    expect(replayed).toBe(live)
    expect(requests).toBe(2)
    expect(took[0]).toBeGreaterThan(BACK_OFF_MS / 2)
    expect(took[1]).toBeLessThan(BACK_OFF_MS / 2)
  })

  it('the body of an answer is cut off when it was', async () => {
    const { live, replayed } = await rehearse(
      (_request, response) => void response.writeHead(200).write('one'),
      async (url) => {
        const controller = new AbortController()
        const seen: unknown[] = []
        const response = await fetch(url, { signal: controller.signal })
        const reader = response.body!.getReader()
        seen.push(new TextDecoder().decode((await reader.read()).value))
        setTimeout(() => {
          seen.push('aborts')
          controller.abort()
        }, BACK_OFF_MS)
        await reader.read().catch((error: Error) => seen.push(error.name))
        return seen
      },
      { retake: { virtualize } },
    )

    expect(live).toEqual(['one', 'aborts', 'AbortError'])
    expect(replayed).toEqual(live)
  })
})
