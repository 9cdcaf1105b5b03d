import { startProvider } from '@retake/loopback-provider'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MAJORS } from './majors.ts'
import { BARE, BOTH } from './routes.ts'
import { isIn } from './scenario.ts'
import { SCENARIOS } from './scenarios/all.ts'
import { expectedOf } from './verdict.ts'
import { createWorkbench, type Workbench } from './workbench.ts'

interface Printed {
  readonly id: string
  readonly runs: number
}

// All at once: processes wait more than they work.
describe.concurrent.each(MAJORS)('AI SDK %i, with --import @retake/ai-sdk/register', (major) => {
  let workbench: Workbench

  beforeAll(() => {
    workbench = createWorkbench(major)
  })

  afterAll(() => workbench.clear())

  it.each([BARE, BOTH])(
    'gives all scenarios again, with what else the app wraps: $name',
    async ({ name }) => {
      const environment = { MAJOR: String(major), ROUTE: name }
      const printed = await workbench.run('scenarios.ts', { environment })
      const verdicts = printed
        .trim()
        .split('\n')
        .map((line): unknown => JSON.parse(line))

      const scenarios = SCENARIOS.filter((scenario) => isIn(major, scenario))
      expect(verdicts).toStrictEqual(scenarios.map((scenario) => expectedOf({ scenario })))
    },
  )

  it.each(['script.ts', 'script.cjs'])(
    'records and replays %s, in processes of their own',
    async (app) => {
      const provider = await startProvider({ thinkMs: 0, chunkDelayMs: 0 })
      const options = { providerUrl: provider.url }

      const { id, ...live } = JSON.parse(await workbench.run(app, options)) as Printed
      const calls = provider.calls.total
      const environment = { RECORDING: id }
      const replayed = JSON.parse(await workbench.run(app, { ...options, environment })) as Printed
      const callsAfter = provider.calls.total
      await provider.close()

      expect(live.runs).toBe(1)
      expect(replayed).toStrictEqual({ ...live, runs: 0 })
      expect({ calls, callsAfter }).toStrictEqual({ calls, callsAfter: calls })
      expect(calls).toBeGreaterThan(2)
    },
  )

  it.each(['express-app.ts', 'hono-app.ts'])(
    'records and replays %s, byte for byte',
    async (app) => {
      const provider = await startProvider({ thinkMs: 0, chunkDelayMs: 0 })
      const server = await workbench.serve(app, { providerUrl: provider.url })
      try {
        for (const path of ['/ui', '/text', '/json']) {
          const live = await fetch(server.url + path)
          const liveBody = await live.text()
          const runs = await read(`${server.url}/runs`)
          const { total: calls } = provider.calls
          const session = live.headers.get('X-Session-Id') ?? ''
          const replayed = await fetch(server.url + path, { headers: { 'X-Replay': session } })

          expect(await replayed.text()).toBe(liveBody)
          expect(liveBody.length).toBeGreaterThan(20)
          expect(replayed.headers.get('X-Replay-Of')).toBe(session)
          expect(provider.calls.total).toBe(calls)
          expect(await read(`${server.url}/runs`)).toBe(runs)
        }
        expect(provider.calls.total).toBe(6)
      } finally {
        await server.stop()
        await provider.close()
      }
    },
  )

  it('does not record without it, and goes live in no replay', async () => {
    const provider = await startProvider({ thinkMs: 0, chunkDelayMs: 0 })
    const options = { providerUrl: provider.url, isBare: true } as const

    const { id } = JSON.parse(await workbench.run('script.ts', options)) as Printed
    const calls = provider.calls.total
    const environment = { RECORDING: id }
    const replayed = workbench.run('script.ts', { ...options, environment })

    await expect(replayed).rejects.toThrow('does not come through a recorder')
    await provider.close()
    expect(calls).toBeGreaterThan(0)
    expect(provider.calls.total).toBe(calls)
  })
})

async function read(url: string): Promise<string> {
  return (await fetch(url)).text()
}
